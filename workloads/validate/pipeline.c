// SPDX-License-Identifier: Apache-2.0
// Chains of dependent operations, and operations that depend on nothing: latencies and throughputs with everything in
// L1.
#include "validate.h"

#define ROUNDS 200u
#define COPIES 240u

// `text` COPIES times, ROUNDS times over. r2..r9 and the extension registers are free.
#define CHAIN(name, per_copy, text)                                                              \
    REGION(                                                                                      \
        name, ROUNDS* COPIES*(per_copy), do {                                                    \
            u32 rounds = ROUNDS;                                                                 \
            asm volatile(                                                                        \
                ".fpu vfpv3\n"                                                                   \
                "1:\n .rept 240\n" text "\n .endr\n subs %0, %0, #1\n bne 1b"                    \
                : "+r"(rounds)::"r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory"); \
        } while (0))

static u32 cell[16];

void validate_main(void) {
    asm volatile(
        ".fpu vfpv3\n"
        "vmov.f64 d0, #1.0\n vmov.f64 d1, #1.0\n vmov.f32 s4, #1.0\n vmov.f32 s5, #1.0" ::);
    CHAIN("add", 1, "add r2, r2, r3");
    CHAIN("add-immediate", 1, "add r2, r2, #1");
    CHAIN("add-shifted", 1, "add r2, r3, r2, lsl #3");
    CHAIN("mov-pairs", 2, "mov r2, r3\n mov r4, r5");
    CHAIN("add-pairs", 2, "add r2, r2, r3\n add r4, r4, r5");
    CHAIN("add-triples", 3, "add r2, r2, #1\n add r4, r4, #1\n add r6, r6, #1");
    CHAIN("mul", 1, "mul r2, r2, r3");
    CHAIN("mul-pairs", 2, "mul r2, r8, r3\n mul r4, r8, r5");
    CHAIN("umull", 1, "umull r2, r3, r2, r4");
    if (core_divides()) CHAIN("udiv", 1, ".arch_extension idiv\n udiv r2, r2, r3");
    CHAIN("fadd", 1, "vadd.f32 s4, s4, s5");
    CHAIN("dadd", 1, "vadd.f64 d0, d0, d1");
    CHAIN("fmul", 1, "vmul.f32 s4, s4, s5");
    CHAIN("dmul", 1, "vmul.f64 d0, d0, d1");
    CHAIN("fdiv", 1, "vdiv.f32 s4, s4, s5");
    CHAIN("ddiv", 1, "vdiv.f64 d0, d0, d1");

    // A load whose result is the next one's address; a load, then an addition that waits for it.
    cell[0] = (u32)cell;
    cell[1] = 0;
    asm volatile("mov r2, %0\n mov r3, %0" ::"r"(cell) : "r2", "r3");
#define ADDRESSES "mov r2, %1\n mov r3, %1\n mov r8, #0\n"
#define LOADS(name, per_copy, text)                                                              \
    REGION(                                                                                      \
        name, ROUNDS* COPIES*(per_copy), do {                                                    \
            u32 rounds = ROUNDS;                                                                 \
            asm volatile(ADDRESSES "1:\n .rept 240\n" text "\n .endr\n subs %0, %0, #1\n bne 1b" \
                         : "+r"(rounds)                                                          \
                         : "r"(cell)                                                             \
                         : "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory");      \
        } while (0))
    LOADS("load-chase", 1, "ldr r2, [r2]");
    LOADS("load-add", 1, "ldr r4, [r3, #4]\n add r3, r3, r4");
    LOADS("load-independent", 1, "ldr r4, [r3]");
    LOADS("store", 1, "str r8, [r3, #8]");
    LOADS("load-store-pairs", 2, "ldr r4, [r3]\n str r8, [r3, #8]");
    LOADS("ldm4", 4, "ldm r3, {r4-r7}");
    LOADS("stm4", 4, "stm r3, {r3-r6}");
}
