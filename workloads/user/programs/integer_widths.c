/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic and comparisons of every integer width, on corner values and on random ones. */
#include "user.h"

static const u64 corners[] = {0, 1, 2, 3, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff,
                              0x80000000u, 0xffffffffu, 0x100000000ull, 0x7fffffffffffffffull, 0x8000000000000000ull,
                              0xffffffffffffffffull, 0x0123456789abcdefull, 0xfedcba9876543210ull};

#define TEST(type)                                                                                                  \
    static NOINLINE u64 test_##type(type a, type b, u64 sum) {                                                      \
        sum = mix(sum, (u64)(type)((u64)a + (u64)b));                                                               \
        sum = mix(sum, (u64)(type)((u64)a - (u64)b));                                                               \
        sum = mix(sum, (u64)(type)((u64)a * (u64)b));                                                               \
        sum = mix(sum, (u64)(type)(a & b) << 3 ^ (u64)(type)(a | b) << 2 ^ (u64)(type)(a ^ ~b));                    \
        sum = mix(sum, (u64)(a < b) | (u64)(a <= b) << 1 | (u64)(a == b) << 2 | (u64)(a > b) << 3);                 \
        sum = mix(sum, a < b ? (u64)a : (u64)b);                                                                    \
        type r;                                                                                                     \
        sum = mix(sum, (u64)__builtin_add_overflow(a, b, &r) << 60 ^ (u64)r);                                       \
        sum = mix(sum, (u64)__builtin_sub_overflow(a, b, &r) << 60 ^ (u64)r);                                       \
        sum = mix(sum, (u64)__builtin_mul_overflow(a, b, &r) << 60 ^ (u64)r);                                       \
        unsigned n = (unsigned)b % (8 * sizeof(type));                                                              \
        sum = mix(sum, (u64)(type)((u64)a << n));                                                                   \
        sum = mix(sum, (u64)(type)(a >> n));                                                                        \
        if (b != 0 && !(a == (type)((u64)1 << (8 * sizeof(type) - 1)) && b == (type)-1)) {                          \
            sum = mix(sum, (u64)(type)(a / b));                                                                     \
            sum = mix(sum, (u64)(type)(a % b));                                                                     \
        }                                                                                                           \
        return sum;                                                                                                 \
    }                                                                                                               \
    static NOINLINE void run_##type(void) {                                                                         \
        u64 sum = MIX_START, seed = 0x1234567 + sizeof(type);                                                       \
        for (u32 i = 0; i < COUNT(corners); i++)                                                                    \
            for (u32 j = 0; j < COUNT(corners); j++)                                                                \
                sum = test_##type((type)corners[i], (type)corners[j], sum);                                         \
        printf(#type " corners %016llx\n", sum);                                                                    \
        for (u32 i = 0; i < 500; i++) {                                                                             \
            u64 a = next_random(&seed), b = next_random(&seed);                                                     \
            sum = test_##type((type)(a >> (i & 31)), (type)(b >> (i * 7 & 63)), sum);                               \
        }                                                                                                           \
        printf(#type " random %016llx\n", sum);                                                                     \
    }

TEST(u8)
TEST(s8)
TEST(u16)
TEST(s16)
TEST(u32)
TEST(s32)
TEST(u64)
TEST(s64)

int main(void) {
    run_u8();
    run_s8();
    run_u16();
    run_s16();
    run_u32();
    run_s32();
    run_u64();
    run_s64();
    return 0;
}
