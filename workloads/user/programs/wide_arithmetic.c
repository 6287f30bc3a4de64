/* SPDX-License-Identifier: Apache-2.0 */
/* 64-bit multiplication, division and shifts, 128-bit products, and roots and powers made of them. */
#include "user.h"

typedef struct {
    u64 high, low;
} Wide;

static NOINLINE Wide multiply(u64 a, u64 b) {
    u64 ll = (u64)(u32)a * (u32)b, lh = (u64)(u32)a * (b >> 32), hl = (a >> 32) * (u32)b, hh = (a >> 32) * (b >> 32);
    u64 middle = (ll >> 32) + (u32)lh + (u32)hl;
    return (Wide){hh + (lh >> 32) + (hl >> 32) + (middle >> 32), middle << 32 | (u32)ll};
}

static NOINLINE u64 power_mod(u64 base, u64 exponent, u32 modulus) {
    u64 result = 1;
    for (base %= modulus; exponent; exponent >>= 1, base = base * base % modulus)
        if (exponent & 1)
            result = result * base % modulus;
    return result;
}

static NOINLINE u32 root(u64 x) {
    u64 result = 0;
    for (u64 bit = 1ull << 62; bit; bit >>= 2) {
        if (x >= result + bit) {
            x -= result + bit;
            result = (result >> 1) + bit;
        } else {
            result >>= 1;
        }
    }
    return (u32)result;
}

static NOINLINE u64 gcd(u64 a, u64 b) {
    while (b) {
        u64 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static NOINLINE s64 accumulate(const s32 *a, const s32 *b, u32 n) {
    s64 sum = 0;
    for (u32 i = 0; i < n; i++)
        sum += (s64)a[i] * b[i];
    return sum;
}

static NOINLINE u64 shifts(u64 x, u32 n) {
    return x << (n & 63) ^ x >> (~n & 63) ^ (u64)((s64)x >> (n * 5 & 63)) ^ (x >> (n & 63) | x << (-n & 63));
}

int main(void) {
    u64 seed = 42, sum = MIX_START;
    s32 a[100], b[100];
    for (u32 i = 0; i < 300; i++) {
        u64 x = next_random(&seed) >> (i & 63), y = next_random(&seed) >> (i * 11 & 63);
        Wide product = multiply(x, y);
        sum = mix(mix(sum, product.high), product.low);
        sum = mix(sum, root(x));
        sum = mix(sum, power_mod(x, y & 0xffff, (u32)y | 1));
        if (y)
            sum = mix(mix(sum, x / y), (u64)((s64)x % (s64)y));
        if (y && y != ~0ull)
            sum = mix(sum, gcd(x, y));
        for (u32 n = 0; n < 64; n++)
            sum = mix(sum, shifts(x, n));
        a[i % 100] = (s32)x;
        b[i % 100] = (s32)y;
        if (i % 100 == 99)
            printf("%3u %016llx %lld\n", i, sum, accumulate(a, b, 100));
    }
    printf("%lld %llu %lld\n", -9000000000000000000ll / 7, 18000000000000000000ull % 1000000007u, -17ll % 5);
    return 0;
}
