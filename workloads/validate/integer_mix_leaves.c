// SPDX-License-Identifier: Apache-2.0
#include "integer_mix.h"

bool mix_is_third(enum choice c) { return c == third_choice; }

void mix_assign_choice(enum choice in, enum choice* out) {
    *out = in;
    if (!mix_is_third(in)) *out = fourth_choice;
    switch (in) {
    case first_choice: *out = first_choice; break;
    case second_choice: *out = mix_counter > 100 ? first_choice : fourth_choice; break;
    case third_choice: *out = second_choice; break;
    case fourth_choice: break;
    case fifth_choice: *out = third_choice; break;
    }
}

void mix_add_two(int a, int b, int* sum) { *sum = b + (a + 2); }

void mix_tables(int row[ROW], int table[ROW][ROW], int at, int value) {
    int n = at + 5;
    row[n] = value;
    row[n + 1] = row[n];
    row[n + 30] = n;
    for (int i = n; i <= n + 1; i++) table[n][i] = n;
    table[n][n - 1] += 1;
    table[n + 20][n] = row[n];
    mix_counter = 5;
}

enum choice mix_same_letter(char a, char b) {
    char x = a, y = x;
    if (y != b) return first_choice;
    mix_letter = x;
    return second_choice;
}

// strcmp a word at a time, as a C library for these cores has it.
__attribute__((noinline)) int mix_compare(const char* a, const char* b) {
    if ((((u32)a | (u32)b) & 3) == 0) {
        const u32 *x = (const u32*)a, *y = (const u32*)b;
        while (*x == *y && !((*x - 0x01010101u) & ~*x & 0x80808080u)) {
            x++;
            y++;
        }
        a = (const char*)x;
        b = (const char*)y;
    }
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (u8)*a - (u8)*b;
}

bool mix_texts_differ(const char* a, const char* b) {
    int at = 2;
    char letter = 0;
    while (at <= 2)
        if (mix_same_letter(a[at], b[at + 1]) == first_choice) {
            letter = 'A';
            at += 1;
        }
    if (letter >= 'W' && letter < 'Z') at = 7;
    if (letter == 'R') return true;
    if (mix_compare(a, b) > 0) {
        mix_counter = at + 7;
        return true;
    }
    return false;
}
