/* SPDX-License-Identifier: Apache-2.0 */
/* Counting, reversing, rotating and bit fields. */
#include "user.h"

static NOINLINE u32 reverse(u32 x) {
    x = (x & 0x55555555) << 1 | (x >> 1 & 0x55555555);
    x = (x & 0x33333333) << 2 | (x >> 2 & 0x33333333);
    x = (x & 0x0f0f0f0f) << 4 | (x >> 4 & 0x0f0f0f0f);
    return __builtin_bswap32(x);
}

static NOINLINE u32 insert(u32 into, u32 value) { return (into & ~0x000ffe00u) | (value << 9 & 0x000ffe00u); }
static NOINLINE u32 extract(u32 x) { return (x >> 7 & 0x1ff) + (u32)((s32)(x << 5) >> 21); }
static NOINLINE u32 rotate(u32 x, u32 n) { return x >> (n & 31) | x << (-n & 31); }
static NOINLINE u32 swap_halves(u32 x) { return __builtin_bswap16((u16)x) | (u32)(s16)__builtin_bswap16(x >> 16) << 8; }
static NOINLINE u32 gray(u32 x) { return x ^ x >> 1; }
static NOINLINE u32 next_same_weight(u32 x) {
    u32 low = x & -x, ripple = x + low;
    return low ? ripple | ((ripple ^ x) / low >> 2) : 0;
}

struct Fields {
    u32 a : 3;
    s32 b : 7;
    u32 c : 11;
    s32 d : 1;
    u64 e : 37;
    s64 f : 27;
};

static NOINLINE struct Fields step(struct Fields f, u64 x) {
    f.a += x;
    f.b -= x >> 3;
    f.c ^= x >> 10;
    f.d = x & 1;
    f.e = f.e * 3 + x;
    f.f = (s64)(x >> 5) - f.f;
    return f;
}

static NOINLINE u32 sieve(u32 limit) {
    static u32 map[1000];
    u32 found = 0;
    for (u32 i = 2; i < limit; i++) {
        if (map[i / 32] >> i % 32 & 1)
            continue;
        found++;
        for (u32 j = i * i; j < limit; j += i)
            map[j / 32] |= 1u << j % 32;
    }
    return found;
}

int main(void) {
    u64 seed = 7, sum = MIX_START;
    struct Fields f = {1, -2, 3, 0, 5, -6};
    for (u32 i = 0; i < 2000; i++) {
        u64 r = next_random(&seed);
        u32 x = (u32)r, y = (u32)(r >> 32);
        sum = mix(sum, (u64)reverse(x) << 32 | insert(x, y));
        sum = mix(sum, (u64)extract(x) << 32 | rotate(x, y));
        sum = mix(sum, (u64)swap_halves(x) << 32 | gray(y));
        sum = mix(sum, (u64)next_same_weight(x >> 8) << 32 | (u32)__builtin_popcount(y));
        sum = mix(sum, (u64)__builtin_clz(x | 1) << 32 | (u32)__builtin_ctz(y | 0x80000000u));
        sum = mix(sum, (u64)__builtin_clzll(r >> (i & 63) | 1) << 32 | (u32)__builtin_ffsll((s64)(r << (i & 63))));
        sum = mix(sum, (u64)__builtin_parity(x) << 32 | (u32)__builtin_clrsb((s32)x >> (i & 31)));
        sum = mix(sum, __builtin_bswap64(r));
        f = step(f, r);
        if (i % 500 == 499)
            printf("%016llx %u %d %u %d %llu %lld\n", sum, f.a, f.b, f.c, f.d, (u64)f.e, (s64)f.f);
    }
    printf("%u primes\n", sieve(30000));
    return 0;
}
