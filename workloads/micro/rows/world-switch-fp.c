// SPDX-License-Identifier: Apache-2.0
// World switch of two machines that both compute with VFP registers: the hypervisor exchanges those at the first use
// after a switch. Each machine also checks that it finds what it left there.
#include "cp15.h"
#include "guest.h"
#include "hypercall.h"
#include "micro.h"
#include "print.h"

static void fp_enable(void) {
    cpacr_write(0xfu << 20);
    isb();
    asm volatile(".fpu neon-vfpv4\n vmsr fpexc, %0" ::"r"(1u << 30));
}

static void fp_write(u32 value) {
    asm volatile(".fpu neon-vfpv4\n vmov d0, %0, %1\n vmov d31, %1, %0" ::"r"(value), "r"(~value));
}

static u32 fp_differs(u32 value) {
    u32 a, b, c, d;
    asm volatile(".fpu neon-vfpv4\n vmov %0, %1, d0\n vmov %3, %2, d31" : "=r"(a), "=r"(b), "=r"(c), "=r"(d));
    return (a ^ value) | (b ^ ~value) | (c ^ value) | (d ^ ~value);
}

void guest_main(void) {
    u32 id = hypercall(HYPERCALL_VM_ID), wrong = 0;
    u32 value = 0x01010101 * (id + 1);
    print("world-switch-fp: start\n");
    fp_enable();
    fp_write(value);
    if (id == 0) {
        MEASURE((wrong |= hypercall(HYPERCALL_YIELD), wrong |= fp_differs(value)));
    } else {
        for (u32 i = 0; i < ITERATIONS; i++) wrong |= hypercall(HYPERCALL_YIELD) | fp_differs(value);
    }
    print("world-switch-fp: %s\n", wrong ? "FAILED" : "done");
}
