// SPDX-License-Identifier: Apache-2.0
// The VFP and SIMD registers, and the trap of their use.
#pragma once
#include "vcpu/banked.h"

#define HCPTR_BASE (0x33ffu | 1u << 20)  // every other coprocessor, and the trace registers (TTA)
#define FPEXC_EN (1u << 30)

static u32 fpexc_read(void) {
    u32 v;
    asm volatile(".fpu neon-vfpv4\n vmrs %0, fpexc" : "=r"(v));
    return v;
}

static void fpexc_write(u32 v) { asm volatile(".fpu neon-vfpv4\n vmsr fpexc, %0" ::"r"(v)); }
