/* SPDX-License-Identifier: Apache-2.0 */
/* Between integers, half, single and double precision, with every kind of value; comparisons of them. */
#include "user.h"

static const u32 singles[] = {0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x3f000000, 0xbf000000,
                              0x3effffff, 0x3f800000, 0x3fc00000, 0x40200000, 0xc0200000, 0x477fe000, 0x477ff000,
                              0x387fc000, 0x33000001, 0x4effffff, 0x4f000000, 0xcf000000, 0xcf000001, 0x4f800000,
                              0x5f000000, 0xdf000000, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc12345,
                              0x7f812345, 0xff800001};
static const u64 extra_doubles[] = {0x0000000000000001ull, 0x800fffffffffffffull, 0x36a0000000000001ull,
                                    0x380fffffefffffffull, 0x47efffffefffffffull, 0x47effffff0000000ull,
                                    0x41dfffffffc00000ull, 0x41dfffffffe00000ull, 0xc1e00000001fffffull,
                                    0x41efffffffe00000ull, 0x43e0000000000000ull, 0x7fefffffffffffffull,
                                    0x7ff0000000000000ull, 0x7ff4000000000001ull, 0xfff8dead00000000ull,
                                    0x3ff0000010000000ull, 0x3ff0000030000000ull};

static NOINLINE s32 f_s32(float x) { return (s32)x; }
static NOINLINE u32 f_u32(float x) { return (u32)x; }
static NOINLINE s32 d_s32(double x) { return (s32)x; }
static NOINLINE u32 d_u32(double x) { return (u32)x; }
static NOINLINE s64 d_s64(double x) { return (s64)x; }
static NOINLINE u64 d_u64(double x) { return (u64)x; }
static NOINLINE float d_f(double x) { return (float)x; }
static NOINLINE double f_d(float x) { return x; }
static NOINLINE float s32_f(s32 x) { return (float)x; }
static NOINLINE float u32_f(u32 x) { return (float)x; }
static NOINLINE double s32_d(s32 x) { return x; }
static NOINLINE double u32_d(u32 x) { return x; }
static NOINLINE double s64_d(s64 x) { return (double)x; }
static NOINLINE float u64_f(u64 x) { return (float)x; }
static NOINLINE s16 f_s16(float x) { return (s16)(s32)x; }
static NOINLINE double fixed(s32 x) { return x / 65536.0; }
static NOINLINE s32 to_fixed(float x) { return (s32)(x * 256.0f); }

static NOINLINE u16 f_half(float x) {
    __fp16 h = x;
    u16 bits;
    memcpy(&bits, &h, 2);
    return bits;
}

static NOINLINE float half_f(u16 bits) {
    __fp16 h;
    memcpy(&h, &bits, 2);
    return h;
}

static NOINLINE u32 compare_f(float a, float b) {
    return (u32)(a < b) | (u32)(a <= b) << 1 | (u32)(a == b) << 2 | (u32)(a != b) << 3 | (u32)(a > b) << 4 |
           (u32)(a >= b) << 5 | (u32)__builtin_isunordered(a, b) << 6 | (u32)__builtin_isless(a, b) << 7 |
           (u32)!(a > 0) << 8;
}

static NOINLINE u32 compare_d(double a, double b) {
    return (u32)(a < b) | (u32)(a <= b) << 1 | (u32)(a == b) << 2 | (u32)(a != b) << 3 | (u32)(a > b) << 4 |
           (u32)(a >= b) << 5 | (u32)__builtin_isunordered(a, b) << 6 | (u32)__builtin_islessgreater(a, b) << 7 |
           (u32)!(a > 0) << 8;
}

static NOINLINE float select(float a, float b) { return a < b ? a : __builtin_copysignf(b, -a); }

static void show_double(double x) {
    printf(" %d %u %lld %llu %08x\n", d_s32(x), d_u32(x), d_s64(x), d_u64(x), bits_of_float(d_f(x)));
}

int main(void) {
    for (u32 i = 0; i < COUNT(singles); i++) {
        float x = float_of_bits(singles[i]);
        printf("%08x: %d %u %d %d %016llx %04x", singles[i], f_s32(x), f_u32(x), f_s16(x), to_fixed(x),
               bits_of_double(f_d(x)), f_half(x));
        show_double(f_d(x));
        u64 sum = MIX_START;
        for (u32 j = 0; j < COUNT(singles); j++) {
            float y = float_of_bits(singles[j]);
            sum = mix(sum, compare_f(x, y));
            sum = mix(sum, compare_d(x, y));
            sum = mix(sum, bits_of_float(select(x, y)));
            sum = mix(sum, bits_of_float(x + y));
            sum = mix(sum, bits_of_float(x * y));
            sum = mix(sum, bits_of_float(x / y));
            sum = mix(sum, bits_of_double((double)x - y));
            sum = mix(sum, bits_of_float(__builtin_fmaf(x, y, -x)));
            sum = mix(sum, bits_of_double(__builtin_fma(y, -x, y)));
        }
        printf("  %016llx\n", sum);
    }
    for (u32 i = 0; i < COUNT(extra_doubles); i++) {
        printf("%016llx:", extra_doubles[i]);
        show_double(double_of_bits(extra_doubles[i]));
    }
    u64 seed = 11, sum = MIX_START;
    for (u32 i = 0; i < 3000; i++) {
        u64 r = next_random(&seed) >> (i & 63);
        u32 x = (u32)r;
        sum = mix(sum, (u64)bits_of_float(s32_f((s32)x)) << 32 | bits_of_float(u32_f(x)));
        sum = mix(sum, bits_of_double(s32_d((s32)x)) ^ bits_of_double(u32_d(x)) << 1);
        sum = mix(sum, bits_of_double(s64_d((s64)r)) ^ bits_of_float(u64_f(r)));
        sum = mix(sum, bits_of_double(fixed((s32)x)));
        sum = mix(sum, bits_of_float(half_f((u16)(i * 22))));
        sum = mix(sum, f_half(float_of_bits(x ^ i << 20)));
        sum = mix(sum, bits_of_float(d_f(double_of_bits(r ^ 0x3800000000000000ull))));
        if (i % 1000 == 999)
            printf("%016llx\n", sum);
    }
    return 0;
}
