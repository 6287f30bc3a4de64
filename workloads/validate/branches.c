// SPDX-License-Identifier: Apache-2.0
// Branches that follow a pattern and branches that don't, loops, calls and returns.
#include "validate.h"

#define N 4096u

static u8 pattern[N];

// One conditional branch per byte, over an instruction that must not become conditional.
__attribute__((noinline)) static u32 decide(const u8* at, u32 n) {
    u32 sum = 0;
    asm volatile(
        "1: ldrb r3, [%0], #1\n cmp r3, #0\n bne 2f\n add %2, %2, #1\n"
        "2: subs %1, %1, #1\n bne 1b"
        : "+r"(at), "+r"(n), "+r"(sum)::"r3", "cc", "memory");
    return sum;
}

__attribute__((noinline, naked)) static void leaf(void) { asm volatile("bx lr"); }
__attribute__((noinline, naked)) static void stacked(void) { asm volatile("push {r4, lr}\n pop {r4, pc}"); }

void validate_main(void) {
    u32 noise = 88172645u;
    for (u32 i = 0; i < N; i++) pattern[i] = 1;
    REGION("branch-constant", N, decide(pattern, N));
    for (u32 i = 0; i < N; i++) pattern[i] = i & 1;
    REGION("branch-alternating", N, decide(pattern, N));
    for (u32 i = 0; i < N; i++) {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        pattern[i] = noise >> 31;
    }
    REGION("branch-random", N, decide(pattern, N));
    REGION(
        "loop", N, do {
            u32 n = N;
            asm volatile("1: subs %0, %0, #1\n bne 1b" : "+r"(n)::"cc");
        } while (0));
    REGION(
        "call-return", N, do {
            u32 n = N;
            asm volatile("1: bl leaf\n subs %0, %0, #1\n bne 1b" : "+r"(n)::"lr", "cc");
        } while (0));
    REGION(
        "call-return-stack", N, do {
            u32 n = N;
            asm volatile("1: bl stacked\n subs %0, %0, #1\n bne 1b" : "+r"(n)::"lr", "cc", "memory");
        } while (0));
    leaf();
    stacked();
}
