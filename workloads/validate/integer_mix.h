// SPDX-License-Identifier: Apache-2.0
// The statement mix of Weicker's Dhrystone, version 2: what one iteration of that program does, written anew. Two
// files, so that the compiler inlines nothing across them, as the benchmark's rules ask.
#pragma once
#include "types.h"

enum choice { first_choice, second_choice, third_choice, fourth_choice, fifth_choice };

struct record {
    struct record* next;
    enum choice discriminator;
    enum choice kind;
    int amount;
    char text[31];
};

#define ROW 50
extern int mix_counter;
extern char mix_letter;

void mix_assign_choice(enum choice in, enum choice* out);
void mix_add_two(int a, int b, int* sum);
void mix_tables(int row[ROW], int table[ROW][ROW], int at, int value);
enum choice mix_same_letter(char a, char b);
bool mix_texts_differ(const char* a, const char* b);
bool mix_is_third(enum choice c);
int mix_compare(const char* a, const char* b);
