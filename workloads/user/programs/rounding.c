/* SPDX-License-Identifier: Apache-2.0 */
/* Floating point under each rounding mode, with flush-to-zero and default NaN, and the cumulative flags. */
#include "user.h"

static const u32 singles[] = {0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x00800000, 0x00800001,
                              0x3f7fffff, 0x3f800000, 0x3f800001, 0xbf800000, 0x3fffffff, 0x40490fdb, 0x4b7fffff,
                              0xcb800001, 0x4effffff, 0x4f000000, 0xcf000001, 0x1f800000, 0x20000001, 0x5f000000,
                              0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00001, 0xffc54321, 0x7f800001,
                              0xff812345, 0x0d800003};

static inline u32 read_fpscr(void) {
    u32 value;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(value));
    return value;
}
static inline void write_fpscr(u32 value) { __asm__ volatile("vmsr fpscr, %0" : : "r"(value)); }

/* The instruction itself, so that the compiler can neither fold nor move it. Result, and the flags it leaves. */
#define SINGLE(text)                                                                                                \
    {                                                                                                               \
        float r = c;                                                                                                \
        write_fpscr(control);                                                                                       \
        __asm__ volatile(text : "+t"(r) : "t"(a), "t"(b) : "cc");                                                   \
        sum = mix(sum, (u64)read_fpscr() << 32 | bits_of_float(r));                                                 \
    }
#define DOUBLE(text)                                                                                                \
    {                                                                                                               \
        double r = c;                                                                                               \
        write_fpscr(control);                                                                                       \
        __asm__ volatile(text : "+w"(r) : "w"(a), "w"(b) : "cc");                                                   \
        sum = mix(sum, read_fpscr());                                                                               \
        sum = mix(sum, bits_of_double(r));                                                                          \
    }
#define FROM_SINGLE(text)                                                                                           \
    {                                                                                                               \
        double r = 0;                                                                                               \
        write_fpscr(control);                                                                                       \
        __asm__ volatile(text : "+w"(r) : "t"(a) : "cc");                                                           \
        sum = mix(sum, read_fpscr());                                                                               \
        sum = mix(sum, bits_of_double(r));                                                                          \
    }
#define FROM_DOUBLE(text)                                                                                           \
    {                                                                                                               \
        float r = 0;                                                                                                \
        write_fpscr(control);                                                                                       \
        __asm__ volatile(text : "+t"(r) : "w"(a) : "cc");                                                           \
        sum = mix(sum, (u64)read_fpscr() << 32 | bits_of_float(r));                                                 \
    }

static NOINLINE u64 in_single(u32 control, float a, float b, float c, u64 sum) {
    SINGLE("vadd.f32 %0, %1, %2")
    SINGLE("vsub.f32 %0, %1, %2")
    SINGLE("vmul.f32 %0, %1, %2")
    SINGLE("vnmul.f32 %0, %1, %2")
    SINGLE("vdiv.f32 %0, %1, %2")
    SINGLE("vmla.f32 %0, %1, %2")
    SINGLE("vnmls.f32 %0, %1, %2")
    SINGLE("vfma.f32 %0, %1, %2")
    SINGLE("vfnms.f32 %0, %1, %2")
    SINGLE("vsqrt.f32 %0, %1")
    SINGLE("vcmp.f32 %1, %2")
    SINGLE("vcmpe.f32 %1, %2")
    SINGLE("vcvt.s32.f32 %0, %1")
    SINGLE("vcvtr.s32.f32 %0, %1")
    SINGLE("vcvtr.u32.f32 %0, %1")
    SINGLE("vcvt.f32.s32 %0, %1")
    SINGLE("vcvt.f32.u32 %0, %1")
    SINGLE("vcvtb.f16.f32 %0, %1")
    SINGLE("vcvtt.f32.f16 %0, %1")
    SINGLE("vcvt.s32.f32 %0, %0, #9")
    SINGLE("vcvt.f32.u16 %0, %0, #3")
    FROM_SINGLE("vcvt.f64.f32 %P0, %1")
    FROM_SINGLE("vcvt.f64.s32 %P0, %1")
    return sum;
}

static NOINLINE u64 in_double(u32 control, double a, double b, double c, u64 sum) {
    DOUBLE("vadd.f64 %P0, %P1, %P2")
    DOUBLE("vsub.f64 %P0, %P1, %P2")
    DOUBLE("vmul.f64 %P0, %P1, %P2")
    DOUBLE("vdiv.f64 %P0, %P1, %P2")
    DOUBLE("vmls.f64 %P0, %P1, %P2")
    DOUBLE("vnmla.f64 %P0, %P1, %P2")
    DOUBLE("vfms.f64 %P0, %P1, %P2")
    DOUBLE("vfnma.f64 %P0, %P1, %P2")
    DOUBLE("vsqrt.f64 %P0, %P1")
    DOUBLE("vcmpe.f64 %P1, %P2")
    DOUBLE("vcmp.f64 %P1, #0")
    FROM_DOUBLE("vcvt.f32.f64 %0, %P1")
    FROM_DOUBLE("vcvt.s32.f64 %0, %P1")
    FROM_DOUBLE("vcvtr.u32.f64 %0, %P1")
    return sum;
}

int main(void) {
    static const u32 controls[] = {0,       1u << 22, 2u << 22,            3u << 22,           1u << 24,
                                   1u << 25, 3u << 24, 3u << 24 | 1u << 22, 1u << 26, 0xf000009fu};
    u64 seed = 31;
    for (u32 k = 0; k < COUNT(controls); k++) {
        u64 sum = MIX_START;
        for (u32 i = 0; i < COUNT(singles); i++) {
            for (u32 j = 0; j < COUNT(singles); j++) {
                float a = float_of_bits(singles[i]), b = float_of_bits(singles[j]);
                float c = float_of_bits(singles[(i * 7 + j) % COUNT(singles)]);
                sum = in_single(controls[k], a, b, c, sum);
            }
            printf("%08x single %08x %016llx\n", controls[k], singles[i], sum);
        }
        for (u32 i = 0; i < 400; i++) {
            u64 r = next_random(&seed), a = next_random(&seed), b = next_random(&seed), c = next_random(&seed);
            static const u64 exponents[] = {0, 1, 2, 895, 896, 897, 1022, 1023, 1024, 1054, 1055, 1150, 1151, 2045, 2046,
                                            2047};
            a = (a & ~(0x7ffull << 52)) | exponents[r & 15] << 52;
            b = (b & ~(0x7ffull << 52)) | exponents[r >> 4 & 15] << 52;
            c = (c & ~(0x7ffull << 52)) | exponents[r >> 8 & 15] << 52;
            if (r >> 12 & 1)
                a &= ~0ull << 29;
            if (!(r >> 13 & 7))
                b &= ~0ull << 52;
            sum = in_double(controls[k], double_of_bits(a), double_of_bits(b), double_of_bits(c), sum);
        }
        write_fpscr(0);
        printf("%08x double %016llx\n", controls[k], sum);
    }
    return 0;
}
