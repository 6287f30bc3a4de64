// SPDX-License-Identifier: Apache-2.0
// One thing that a guest may not do, and what has to come of it.
#pragma once
#include "types.h"

// What came of it: a fault, as ATTACK_FAULT + its kind, or the number that was returned.
#define ATTACK_FAULT 0x7f000000u
#define UNDEFINED (ATTACK_FAULT + 1)
#define PREFETCH_ABORT (ATTACK_FAULT + 2)
#define DATA_ABORT (ATTACK_FAULT + 3)

struct attack {
    const char* name;
    u32 (*run)(u32 argument);
    u32 argument;
    u32 expected;
};

// Carries a table out, one line for each case; cases are numbered on from table to table.
void attack_all(const struct attack* table, u32 count);
extern u32 attack_failures, attack_cases;

// Supplied by the program: runs one case and says what came of it; whether the machine beside this one goes on.
u32 attack_run(const struct attack* attack);
bool attack_neighbour_goes_on(void);

#define ATTACK(table) attack_all(table, ARRAY_SIZE(table))
