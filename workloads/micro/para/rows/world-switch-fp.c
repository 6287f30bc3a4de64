// SPDX-License-Identifier: Apache-2.0
// World switch of two machines that both compute with VFP registers: the microvisor exchanges those at the first use
// after a switch. Each machine also checks that it finds what it left there.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

static void fp_write(u32 value) {
    asm volatile(".fpu neon\n vmov d0, %0, %1\n vmov d31, %1, %0\n vmsr fpscr, %2" ::"r"(value), "r"(~value),
                 "r"(value & 0xf0000000));
}

static u32 fp_differs(u32 value) {
    u32 a, b, c, d, flags;
    asm volatile(".fpu neon\n vmov %0, %1, d0\n vmov %3, %2, d31\n vmrs %4, fpscr"
                 : "=r"(a), "=r"(b), "=r"(c), "=r"(d), "=r"(flags));
    return (a ^ value) | (b ^ ~value) | (c ^ value) | (d ^ ~value) | ((flags ^ value) & 0xf0000000);
}

void guest_main(void) {
    u32 id = para0(PARA_VM), wrong = 0;
    u32 value = 0x41010101 * (id + 1);
    print("world-switch-fp: start\n");
    fp_write(value);
    if (id == 0) {
        MEASURE((wrong |= para0(PARA_YIELD), wrong |= fp_differs(value)));
    } else {
        for (u32 i = 0; i < ITERATIONS; i++) wrong |= para0(PARA_YIELD) | fp_differs(value);
    }
    print("world-switch-fp: %s\n", wrong ? "FAILED" : "done");
}
