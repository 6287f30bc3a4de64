// SPDX-License-Identifier: Apache-2.0
// Random accesses over more memory than TLBs reach: PAGES_MIB MiB by pages of 4 KiB, a word here and a word there.
#pragma once
#include "speed.h"

#define PAGES_BASE (SPEED_RAM + 0x01000000u)
#define PAGES_MIB 4u
#define PAGES_BYTES (PAGES_MIB << 20)

// Turns the sections at PAGES_BASE into pages.
void pages_map(void);
// Fills the memory.
void pages_fill(void);

#define PAGES_STEPS 10u  // between exits

// PAGES_STEPS words anywhere are read and written again. `state` is where the walk stands.
static inline u32 pages_walk(u32* state, u32 sum) {
    u32 at = *state;
    for (u32 n = 0; n < PAGES_STEPS; n++) {
        at = at * 1664525u + 1013904223u;
        u32* const word = (u32*)(PAGES_BASE + (at >> 8 & (PAGES_BYTES - 4)));
        sum += *word ^ at;
        *word = sum;
    }
    *state = at;
    return sum;
}
