// SPDX-License-Identifier: Apache-2.0
#include "integer_mix.h"

#include "validate.h"

#define ITERATIONS 2000u

int mix_counter;
char mix_letter;
static char other_letter;
static bool flag;
static int row[ROW], table[ROW][ROW];
static struct record storage[2], *record, *next_record;

static void clear_flags(void) {
    bool is_a = mix_letter == 'A';
    flag = is_a | flag;
    other_letter = 'B';
}
static void set_letters(void) {
    mix_letter = 'A';
    flag = false;
}

__attribute__((noinline)) static void change_pointer(struct record** p) {
    if (record) *p = record->next;
    mix_add_two(10, mix_counter, &record->amount);
}

__attribute__((noinline)) static void change_record(struct record* p) {
    struct record* next = p->next;
    *p->next = *record;
    p->amount = 5;
    next->amount = p->amount;
    next->next = p->next;
    change_pointer(&next->next);
    if (next->discriminator == first_choice) {
        next->amount = 6;
        mix_assign_choice(p->kind, &next->kind);
        next->next = record->next;
        mix_add_two(next->amount, 10, &next->amount);
    } else {
        *p = *p->next;
    }
}

__attribute__((noinline)) static void adjust(int* value) {
    int n = *value + 10;
    enum choice where = second_choice;
    do
        if (mix_letter == 'A') {
            n -= 1;
            *value = n - mix_counter;
            where = first_choice;
        }
    while (where != first_choice);
}

// A text of 31 bytes into place: what a compiler makes of strcpy() from a constant.
static inline void set_text(char* to, const char* from) {
    u32 words[8];
    __builtin_memcpy(words, from, 31);
    __builtin_memcpy(to, words, 31);
}

static const char text_1[32] __attribute__((aligned(4))) = "DHRYSTONE PROGRAM, 1'ST STRING";
static const char text_2[32] __attribute__((aligned(4))) = "DHRYSTONE PROGRAM, 2'ND STRING";
static const char text_3[32] __attribute__((aligned(4))) = "DHRYSTONE PROGRAM, SOME STRING";

static volatile int result;

static bool divides;

// As a compiler for the core would have it: an instruction, or libgcc.
static inline int quotient(int a, int b) {
    if (!divides) return a / b;
    int q;
    asm(".arch_extension idiv\n sdiv %0, %1, %2" : "=r"(q) : "r"(a), "r"(b));
    return q;
}

__attribute__((noinline)) static void iterate(u32 iterations) {
    char a[32] __attribute__((aligned(4))), b[32] __attribute__((aligned(4)));
    int i = 0, j = 0, k = 0;
    enum choice choice;
    set_text(a, text_1);
    for (u32 n = 1; n <= iterations; n++) {
        set_letters();
        clear_flags();
        i = 2;
        j = 3;
        set_text(b, text_2);
        choice = second_choice;
        flag = !mix_texts_differ(a, b);
        while (i < j) {
            k = 5 * i - j;
            mix_add_two(i, j, &k);
            i += 1;
        }
        mix_tables(row, table, i, k);
        change_record(record);
        for (char letter = 'A'; letter <= other_letter; letter++)
            if (choice == mix_same_letter(letter, 'C')) {
                mix_assign_choice(first_choice, &choice);
                set_text(b, text_3);
                j = (int)n;
                mix_counter = (int)n;
            }
        j = j * i;
        i = quotient(j, k);
        j = 7 * (j - k) - i;
        adjust(&i);
    }
    result = i + j + k;
}

void validate_main(void) {
    divides = core_divides();
    record = &storage[0];
    next_record = &storage[1];
    record->next = next_record;
    record->discriminator = first_choice;
    record->kind = third_choice;
    record->amount = 40;
    set_text(record->text, text_3);
    table[8][7] = 10;
    REGION("integer-mix", ITERATIONS, iterate(ITERATIONS));
}
