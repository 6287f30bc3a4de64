/* SPDX-License-Identifier: Apache-2.0 */
/* Loops for the compiler to vectorise: integers of every width, and floating point where order may change. */
#pragma GCC optimize("fast-math")
#include "user.h"

#define N 203

static u8 b0[N], b1[N], b2[N];
static s16 h0[N], h1[N], h2[N];
static s32 w0[N], w1[N], w2[N];
static u64 d0[N], d1[N];
static float f0[N], f1[N], f2[N];
static u32 marks[N];

#define LOOP for (u32 i = 0; i < N; i++)
#define KERNEL(name, body) static NOINLINE void name(void) { LOOP { body; } }

KERNEL(add_bytes, b2[i] = b0[i] + b1[i])
KERNEL(average_bytes, b2[i] = (u8)((b0[i] + b1[i] + 1) >> 1))
KERNEL(saturate_bytes, u32 s = b0[i] + b1[i]; b2[i] = s > 255 ? 255 : (u8)s)
KERNEL(distance_bytes, b2[i] = b0[i] > b1[i] ? b0[i] - b1[i] : b1[i] - b0[i])
KERNEL(widen_bytes, h2[i] = (s16)(b0[i] * b1[i]))
KERNEL(narrow, b2[i] = (u8)(h0[i] >> 5))
KERNEL(clamp, s16 x = h0[i]; h2[i] = x < -500 ? -500 : x > 700 ? 700 : x)
KERNEL(multiply_halves, w2[i] = h0[i] * h1[i] + w0[i])
KERNEL(shift_words, w2[i] = (w0[i] << 3) ^ (w1[i] >> 7) ^ (s32)((u32)w0[i] >> 9))
KERNEL(variable_shift, w2[i] = (s32)((u32)w0[i] >> (w1[i] & 31)) ^ (w0[i] << (w1[i] & 15)))
KERNEL(maximum, w2[i] = w0[i] > w1[i] ? w0[i] : w1[i])
KERNEL(absolute, w2[i] = w0[i] < 0 ? -w0[i] : w0[i])
KERNEL(select, w2[i] = w0[i] > h0[i] ? w1[i] : (w0[i] & ~w1[i]) | 1)
KERNEL(widen_words, d1[i] = (u64)((s64)w0[i] * w1[i]) + d0[i])
KERNEL(long_logic, d1[i] = (d0[i] << 5 | d0[i] >> 59) ^ ~d1[i])
KERNEL(saxpy, f2[i] = f0[i] * 1.5f + f1[i])
KERNEL(float_minimum, f2[i] = f0[i] < f1[i] ? f0[i] : f1[i])
KERNEL(float_quotient, f2[i] = f0[i] / (f1[i] * f1[i] + 1.0f))
KERNEL(float_root, f2[i] = __builtin_sqrtf(f0[i] * f0[i] + f1[i] * f1[i]))
KERNEL(float_absolute, f2[i] = __builtin_fabsf(f0[i]) - f1[i])
KERNEL(to_float, f2[i] = (float)w0[i] * 0.125f + (float)b0[i])
KERNEL(to_int, w2[i] = (s32)(f0[i] * 100.0f))
KERNEL(compare, marks[i] = f0[i] > f1[i] ? 3 : f0[i] == 0 ? 5 : 7)
KERNEL(popcount, w2[i] = __builtin_popcount((u32)w0[i]) + __builtin_clz((u32)w1[i] | 1))
KERNEL(swap, w2[i] = (s32)__builtin_bswap32((u32)w0[i]))

static NOINLINE s32 sum_words(void) { s32 s = 0; LOOP s += w0[i]; return s; }
static NOINLINE u32 sum_bytes(void) { u32 s = 0; LOOP s += b0[i]; return s; }
static NOINLINE s32 dot_halves(void) { s32 s = 0; LOOP s += h0[i] * h1[i]; return s; }
static NOINLINE u32 sad(void) { u32 s = 0; LOOP s += (u32)(b0[i] > b1[i] ? b0[i] - b1[i] : b1[i] - b0[i]); return s; }
static NOINLINE float dot_floats(void) { float s = 0; LOOP s += f0[i] * f1[i]; return s; }
static NOINLINE float greatest(void) { float s = f0[0]; LOOP s = f0[i] > s ? f0[i] : s; return s; }
static NOINLINE s32 least(void) { s32 s = w0[0]; LOOP s = w0[i] < s ? w0[i] : s; return s; }
static NOINLINE u32 exclusive(void) { u32 s = 0; LOOP s ^= (u32)w1[i]; return s; }

static NOINLINE void planes(const u8 *pixels, u8 *r, u8 *g, u8 *b) {
    for (u32 i = 0; i < N / 4; i++) {
        r[i] = pixels[3 * i];
        g[i] = pixels[3 * i + 1];
        b[i] = pixels[3 * i + 2];
    }
}

static NOINLINE void interleave(const u16 *a, const u16 *b, u16 *to) {
    for (u32 i = 0; i < N / 2; i++) {
        to[2 * i] = a[i] + 1;
        to[2 * i + 1] = b[i] - 1;
    }
}

static u64 sum_of(const void *bytes, u32 n) {
    u64 sum = MIX_START;
    for (u32 i = 0; i < n; i++)
        sum = (sum ^ ((const u8 *)bytes)[i]) * 0x100000001b3ull;
    return sum;
}

int main(void) {
    static const struct {
        const char *name;
        void (*run)(void);
    } kernels[] = {
        {"add_bytes", add_bytes}, {"average_bytes", average_bytes}, {"saturate_bytes", saturate_bytes},
        {"distance_bytes", distance_bytes}, {"widen_bytes", widen_bytes}, {"narrow", narrow}, {"clamp", clamp},
        {"multiply_halves", multiply_halves}, {"shift_words", shift_words}, {"variable_shift", variable_shift},
        {"maximum", maximum}, {"absolute", absolute}, {"select", select}, {"widen_words", widen_words},
        {"long_logic", long_logic}, {"saxpy", saxpy}, {"float_minimum", float_minimum},
        {"float_quotient", float_quotient}, {"float_root", float_root}, {"float_absolute", float_absolute},
        {"to_float", to_float}, {"to_int", to_int}, {"compare", compare}, {"popcount", popcount}, {"swap", swap}};
    u64 seed = 17;
    for (u32 round = 0; round < 3; round++) {
        LOOP {
            u64 r = next_random(&seed);
            b0[i] = (u8)r;
            b1[i] = (u8)(r >> 8);
            h0[i] = (s16)(r >> 16);
            h1[i] = (s16)(r >> 32);
            w0[i] = (s32)(r >> 13) >> (round * 9);
            w1[i] = (s32)(r >> 30);
            d0[i] = next_random(&seed);
            f0[i] = (float)(s32)r / (float)(1u << (r >> 32 & 31));
            f1[i] = (float)(s32)(r >> 32) / 65536.0f;
        }
        for (u32 i = 0; i < COUNT(kernels); i++) {
            kernels[i].run();
            u64 sum = sum_of(b2, sizeof b2) ^ sum_of(h2, sizeof h2) * 3 ^ sum_of(w2, sizeof w2) * 5 ^
                      sum_of(d1, sizeof d1) * 7 ^ sum_of(f2, sizeof f2) * 11 ^ sum_of(marks, sizeof marks) * 13;
            printf("%s %016llx\n", kernels[i].name, sum);
        }
        printf("%d %u %d %u %d %08x\n", sum_words(), sum_bytes(), dot_halves(), sad(), least(), exclusive());
        printf("%08x %08x\n", bits_of_float(dot_floats()), bits_of_float(greatest()));
        planes(b0, b1, b1 + 60, b1 + 120);
        interleave((u16 *)h0, (u16 *)h1, (u16 *)h2);
        printf("%016llx %016llx\n", sum_of(b1, sizeof b1), sum_of(h2, sizeof h2));
    }
    return 0;
}
