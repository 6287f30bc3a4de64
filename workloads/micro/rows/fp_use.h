// SPDX-License-Identifier: Apache-2.0
// One floating-point register, and who may use it.
#pragma once
#include "cp15.h"

#define CPACR_FP (15u << 20)
#define FPEXC_EN (1u << 30)

static inline void fp_allow(void) {
    cpacr_write(cpacr_read() | CPACR_FP);
    isb();
}
static inline void fp_enable(bool on) { asm volatile(".fpu neon-vfpv4\n vmsr fpexc, %0" ::"r"(on ? FPEXC_EN : 0)); }
static inline void fp_use(u32 value) { asm volatile(".fpu neon-vfpv4\n vmov s0, %0" ::"r"(value)); }
static inline u32 fp_used(void) {
    u32 value;
    asm volatile(".fpu neon-vfpv4\n vmov %0, s0" : "=r"(value));
    return value;
}
