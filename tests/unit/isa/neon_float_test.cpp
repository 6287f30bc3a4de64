// SPDX-License-Identifier: Apache-2.0
// Single precision under the standard FPSCR value: default NaN, flush-to-zero, round to nearest, whatever FPSCR says.
#include "isa/fp/format.hpp"
#include "tests/unit/isa/neon_case.hpp"

namespace vtoll::isa::test {
namespace {

namespace bits = fp::fpscr;
constexpr u32 one = 0x3f80'0000, two = 0x4000'0000, three = 0x4040'0000, four = 0x4080'0000, ten = 0x4120'0000;
constexpr u32 half = 0x3f00'0000, infinity = 0x7f80'0000, quiet = 0x7fc1'2345, signalling = 0x7fa0'0001;
constexpr u32 default_nan = 0x7fc0'0000, minus = 0x8000'0000, ones = 0xffff'ffff;
constexpr u64 pair(u32 high, u32 low) { return u64{high} << 32 | low; }

TEST(NeonFloat, Arithmetic) {
    const NeonCase cases[] = {
        {"vadd.f32 d0, d1, d2: NaNs become the default one",
         0xf2010d02,
         {0, pair(0x3fc0'0000, signalling), pair(0x4010'0000, one)},
         {pair(0x4070'0000, default_nan), pair(0x3fc0'0000, signalling)},
         bits::IOC},
        {"vadd.f32 d0, d1, d2: a denormal operand is zero",
         0xf2010d02,
         {0, pair(1, one), pair(0, one)},
         {pair(0, two), pair(1, one)},
         bits::IDC},
        {"vsub.f32 d0, d1, d2: infinities of the same sign",
         0xf2210d02,
         {0, pair(infinity, one), pair(infinity, half)},
         {pair(default_nan, half), pair(infinity, one)},
         bits::IOC},
        {"vmul.f32 d0, d1, d2: a denormal result is zero",
         0xf3010d12,
         {0, pair(0x0080'0000, three), pair(half, four)},
         {pair(0, 0x4140'0000), pair(0x0080'0000, three)},
         bits::UFC},
        {"vabd.f32 d0, d1, d2",
         0xf3210d02,
         {0, pair(one, minus | one), pair(three, minus | one)},
         {pair(two, 0), pair(one, minus | one)}},
        {"vmls.f32 d0, d1, d2[1]",
         0xf2a10562,
         {pair(ten, ten), pair(three, two), pair(three, 0)},
         {pair(one, four), pair(three, two)}},
        {"vfms.f32 d0, d1, d2",
         0xf2210c12,
         {pair(ten, ten), pair(three, two), pair(three, three)},
         {pair(one, four), pair(three, two)}},
        {"vpadd.f32 d0, d1, d2",
         0xf3010d02,
         {0, pair(two, one), pair(four, three)},
         {pair(0x40e0'0000, three), pair(two, one)}},
    };
    check(cases);
}

// (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24: rounding it loses the last term, a fused multiplication keeps it.
TEST(NeonFloat, ChainedAndFused) {
    const u64 factor = pair(0, 0x3f80'0800), sum = pair(0, 0xbf80'1000);
    const NeonCase cases[] = {
        {"vmla.f32 d0, d1, d2", 0xf2010d12, {sum, factor, factor}, {0, factor}, bits::IXC},
        {"vfma.f32 d0, d1, d2", 0xf2010c12, {sum, factor, factor}, {pair(0, 0x3380'0000), factor}},
    };
    check(cases);
}

TEST(NeonFloat, MaximumAndMinimum) {
    const NeonCase cases[] = {
        {"vmax.f32 d0, d1, d2: +0 is above -0; NaN wins",
         0xf2010f02,
         {0, pair(minus, quiet), pair(0, one)},
         {pair(0, default_nan), pair(minus, quiet)}},
        {"vmax.f32 d0, d1, d2: a NaN on both sides",
         0xf2010f02,
         {0, pair(one, quiet), pair(one, quiet)},
         {pair(one, default_nan), pair(one, quiet)}},
        {"vmax.f32 d0, d1, d2: a denormal is zero",
         0xf2010f02,
         {0, pair(one, 1), pair(two, minus)},
         {pair(two, 0), pair(one, 1)},
         bits::IDC},
        {"vmin.f32 d0, d1, d2: -0 is below +0",
         0xf2210f02,
         {0, pair(minus, minus | one), pair(0, two)},
         {pair(minus, minus | one), pair(minus, minus | one)}},
        {"vpmax.f32 d0, d1, d2", 0xf3010f02, {0, pair(two, one), pair(four, three)}, {pair(four, two), pair(two, one)}},
    };
    check(cases);
}

TEST(NeonFloat, Comparisons) {
    const NeonCase cases[] = {
        {"vceq.f32 d0, d1, d2: a quiet NaN is not invalid",
         0xf2010e02,
         {0, pair(one, quiet), pair(one, quiet)},
         {pair(ones, 0), pair(one, quiet)}},
        {"vcge.f32 d0, d1, d2: here it is",
         0xf3010e02,
         {0, pair(one, quiet), pair(one, one)},
         {pair(ones, 0), pair(one, quiet)},
         bits::IOC},
        {"vacgt.f32 d0, d1, d2: magnitudes",
         0xf3210e12,
         {0, pair(minus | two, one), pair(one, minus | one)},
         {pair(ones, 0), pair(minus | two, one)}},
        {"vclt.f32 d0, d1, #0: -0 is not less",
         0xf3b90601,
         {0, pair(minus | one, minus)},
         {pair(ones, 0), pair(minus | one, minus)}},
    };
    check(cases);
}

TEST(NeonFloat, SignBits) {
    const u64 m = pair(minus | signalling, 1);
    const NeonCase cases[] = {
        {"vabs.f32 d0, d1: NaNs and denormals as they are", 0xf3b90701, {0, m}, {pair(signalling, 1), m}},
        {"vneg.f32 d0, d1", 0xf3b90781, {0, m}, {pair(signalling, minus | 1), m}},
    };
    check(cases);
}

TEST(NeonFloat, EstimatesAndSteps) {
    const NeonCase cases[] = {
        {"vrecpe.f32 d0, d1", 0xf3bb0501, {0, pair(0, one)}, {pair(infinity, 0x3f7f'8000), pair(0, one)}, bits::DZC},
        {"vrecpe.u32 d0, d1: below 1/2 gives all ones",
         0xf3bb0401,
         {0, pair(0x8000'0000, 0x7fff'ffff)},
         {pair(0xff80'0000, ones), pair(0x8000'0000, 0x7fff'ffff)}},
        {"vrsqrte.f32 d0, d1",
         0xf3bb0581,
         {0, pair(minus | one, one)},
         {pair(default_nan, 0x3f7f'8000), pair(minus | one, one)},
         bits::IOC},
        {"vrsqrte.u32 d0, d1: below 1/4 gives all ones",
         0xf3bb0481,
         {0, pair(0x4000'0000, 0x3fff'ffff)},
         {pair(0xff80'0000, ones), pair(0x4000'0000, 0x3fff'ffff)}},
        {"vrecps.f32 d0, d1, d2: infinity times zero counts as zero",
         0xf2010f12,
         {0, pair(one, infinity), pair(one, 0)},
         {pair(one, two), pair(one, infinity)}},
        {"vrsqrts.f32 d0, d1, d2",
         0xf2210f12,
         {0, pair(one, infinity), pair(one, 0)},
         {pair(one, 0x3fc0'0000), pair(one, infinity)}},
    };
    check(cases);
}

TEST(NeonFloat, Conversions) {
    const NeonCase cases[] = {
        {"vcvt.f32.s32 d0, d1",
         0xf3bb0601,
         {0, pair(0xffff'fffd, 0x7fff'ffff)},
         {pair(minus | three, 0x4f00'0000), pair(0xffff'fffd, 0x7fff'ffff)},
         bits::IXC},
        {"vcvt.f32.u32 d0, d1",
         0xf3bb0681,
         {0, pair(ones, 0x8000'0000)},
         {pair(0x4f80'0000, 0x4f00'0000), pair(ones, 0x8000'0000)},
         bits::IXC},
        {"vcvt.s32.f32 d0, d1: towards zero; saturates",
         0xf3bb0701,
         {0, pair(0xbfc0'0000, 0x50df'8476)},
         {pair(ones, 0x7fff'ffff), pair(0xbfc0'0000, 0x50df'8476)},
         bits::IOC | bits::IXC},
        {"vcvt.u32.f32 d0, d1: below zero",
         0xf3bb0781,
         {0, pair(minus | one, two)},
         {pair(0, 2), pair(minus | one, two)},
         bits::IOC},
        {"vcvt.f32.u32 d0, d1, #8", 0xf3b80e11, {0, pair(0x180, 0x100)}, {pair(0x3fc0'0000, one), pair(0x180, 0x100)}},
        {"vcvt.s32.f32 d0, d1, #4",
         0xf2bc0f11,
         {0, pair(0x3fc0'0000, 0xbd80'0000)},
         {pair(0x18, ones), pair(0x3fc0'0000, 0xbd80'0000)}},
        {"vcvt.f16.f32 d0, q1: the last is too great",
         0xf3b60602,
         {0, 0, pair(minus | two, one), pair(0x4780'0000, 0x477f'e000)},
         {0x7c007bff'c0003c00, 0},
         bits::OFC | bits::IXC},
        {"vcvt.f32.f16 q0, d2: half-precision denormals are not flushed",
         0xf3b60702,
         {0, 0, 0x7c000001'c0003c00},
         {pair(minus | two, one), pair(infinity, 0x3380'0000)}},
    };
    check(cases);
}

// Directed rounding and the absence of DN and FZ in FPSCR make no difference; the quick way needs IXC and must agree.
TEST(NeonFloat, FpscrModesDoNotMatter) {
    for (u32 fpscr : {0u, u32{bits::IXC}, u32{bits::RMode}, bits::RMode | bits::IXC, bits::FZ | bits::DN | bits::IXC}) {
        Cpu cpu;
        enable_simd(cpu.s);
        cpu.s.fpscr = fpscr;
        cpu.s.d[1] = pair(0x4049'0fdb, 0x3dcc'cccd);  // pi, 0.1
        cpu.s.d[2] = pair(0x402d'f854, 0x3e4c'cccd);  // e, 0.2
        cpu.a32(0xf3010d12);
        EXPECT_EQ(cpu.s.d[0], pair(0x4108'a2c0, 0x3ca3'd70b)) << "vmul.f32 with FPSCR " << std::hex << fpscr;
        EXPECT_EQ(cpu.s.fpscr, fpscr | bits::IXC) << "inexact, nothing else";
    }
}

// 2^24 + 2 plus (1 + 2^-23)(1 - 2^-23): just below the middle of two singles. Rounded to double it is the middle.
TEST(NeonFloat, FusedIsRoundedOnce) {
    for (u32 fpscr : {0u, u32{bits::IXC}}) {
        Cpu cpu;
        enable_simd(cpu.s);
        cpu.s.fpscr = fpscr;
        cpu.s.d[0] = pair(0x4b80'0001, 0x4b80'0001);
        cpu.s.d[1] = pair(0x3f80'0001, one);
        cpu.s.d[2] = pair(0x3f7f'fffe, one);
        cpu.a32(0xf2010c12);
        EXPECT_EQ(cpu.s.d[0], pair(0x4b80'0001, 0x4b80'0002)) << "vfma.f32: below the middle, and a tie to even";
        EXPECT_EQ(cpu.s.fpscr, u32{bits::IXC}) << "inexact";
    }
}

}  // namespace
}  // namespace vtoll::isa::test
