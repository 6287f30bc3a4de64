// SPDX-License-Identifier: Apache-2.0
// Integer mix: arithmetic, logic, multiplies, divisions, predictable and data-dependent branches, calls.
#include "print.h"
#include "speed.h"

#define ROUNDS (10000000u * SPEED_SCALE)

__attribute__((noinline)) static u32 mix(u32 a, u32 b) {
    a ^= b << 13 | b >> 19;
    a = a * 1664525u + 1013904223u;
    return a & 1 ? a ^ (b >> 3) : a + (b << 5);
}

void speed_main(void) {
    u32 a = 1, b = 2, odd = 0, bits = 0;
    print("speed: integer\n");
    for (u32 i = 0; i < ROUNDS; i++) {
        a = mix(a, b);
        b += a >> 7;
        if (b & 0x10) odd += i;
        else bits += (u32)__builtin_clz(a | 1);
        if ((i & 63) == 0) b ^= a / (odd | 1);
    }
    print("speed: integer %x\n", a ^ b ^ odd ^ bits);
}
