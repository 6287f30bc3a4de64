// SPDX-License-Identifier: Apache-2.0
// Programs that measure a processor. Each region stands between two markers and says on the console what it was and how
// many operations it did; whoever observes the machine knows how long it took. The programs themselves read no clock.
#pragma once
#include "print.h"
#include "types.h"

#define MARK(n) asm volatile("dbg #" #n ::: "memory")

// One line on the console per pair of markers, in the same order.
static inline void validate_report(const char* name, u32 operations) { print("region %s %u\n", name, operations); }

// Runs `body` once to warm the caches and once, the same instructions, to be measured.
#define REGION(name, operations, body)         \
    do {                                       \
        for (u32 pass = 0; pass < 2; pass++) { \
            asm volatile("" : "+r"(pass));     \
            if (pass) MARK(3);                 \
            body;                              \
            if (pass) MARK(4);                 \
        }                                      \
        validate_report(name, (operations));   \
    } while (0)

// The same without the run that warms.
#define REGION_ONCE(name, operations, body)  \
    do {                                     \
        MARK(3);                             \
        body;                                \
        MARK(4);                             \
        validate_report(name, (operations)); \
    } while (0)

// What the markers themselves cost: to be taken from every other region.
#define REGION_EMPTY() REGION("empty", 1, asm volatile("" ::: "memory"))

// VALIDATE_HEAP_BYTES of memory in pages of 4 KiB, seen twice: in physical order, and with the pages shuffled as those
// of an operating system that has run for a while.
#define VALIDATE_HEAP ((u8*)0x80000000u)
#define VALIDATE_SHUFFLED ((u8*)0x90000000u)
#define VALIDATE_HEAP_BYTES (64u << 20)

// SDIV and UDIV in A32: ID_ISAR0.Divide_instrs, ARM DDI 0406C B4.1.83.
static inline bool core_divides(void) {
    u32 id_isar0;
    asm volatile("mrc p15, 0, %0, c0, c2, 0" : "=r"(id_isar0));
    return (id_isar0 >> 24 & 15) >= 2;
}

void validate_main(void);
