// SPDX-License-Identifier: Apache-2.0
// Reciprocal and reciprocal square root estimates against the manual's definition, which is arithmetic on doubles
// (ARM DDI 0406C §A2.7.9), and the Newton-Raphson steps.
#include <cmath>

#include "tests/unit/isa/fp_case.hpp"

namespace vtoll::isa::fp::test {
namespace {

using N = Numbers<u32>;

double recip_estimate(double a) {
    const int q = static_cast<int>(a * 512.0);
    const double r = 1.0 / ((q + 0.5) / 512.0);
    return static_cast<int>(256.0 * r + 0.5) / 256.0;
}
double recip_sqrt_estimate(double a) {
    double r;
    if (a < 0.5) {
        const int q0 = static_cast<int>(a * 512.0);
        r = 1.0 / std::sqrt((q0 + 0.5) / 512.0);
    } else {
        const int q1 = static_cast<int>(a * 256.0);
        r = 1.0 / std::sqrt((q1 + 0.5) / 256.0);
    }
    return static_cast<int>(256.0 * r + 0.5) / 256.0;
}

TEST(FpEstimate, ReciprocalIsTheManuals) {
    for (u32 exponent = 1; exponent < 253; exponent += exponent == 1 ? 1 : 25)
        for (u32 fraction = 0; fraction < 1u << 23; fraction += 0x1fff) {
            const u32 operand = exponent << 23 | fraction;
            const double scaled = std::bit_cast<double>(u64{1022} << 52 | u64{fraction} << 29);
            const u64 estimate = pattern(recip_estimate(scaled));
            const u32 expected = (253 - exponent) << 23 | static_cast<u32>((estimate >> 29) & 0x7f'ffff);
            u32 fpscr = 0;
            ASSERT_EQ(FPRecipEstimate(operand, fpscr), expected) << "operand " << Hex{operand};
            ASSERT_EQ(FPRecipEstimate(FPNeg(operand), fpscr), FPNeg(expected)) << "operand -" << Hex{operand};
            ASSERT_EQ(fpscr, 0u) << "estimates are not inexact: operand " << Hex{operand};
        }
}

TEST(FpEstimate, ReciprocalSquareRootIsTheManuals) {
    for (u32 exponent : {1u, 2u, 3u, 126u, 127u, 128u, 253u, 254u})
        for (u32 fraction = 0; fraction < 1u << 23; fraction += 0x1fff) {
            const u32 operand = exponent << 23 | fraction;
            const u64 scale = exponent & 1 ? 1021 : 1022;
            const u64 estimate = pattern(recip_sqrt_estimate(std::bit_cast<double>(scale << 52 | u64{fraction} << 29)));
            const u32 expected = ((380 - exponent) / 2) << 23 | static_cast<u32>((estimate >> 29) & 0x7f'ffff);
            u32 fpscr = 0;
            ASSERT_EQ(FPRSqrtEstimate(operand, fpscr), expected) << "operand " << Hex{operand};
            ASSERT_EQ(fpscr, 0u) << "operand " << Hex{operand};
        }
}

TEST(FpEstimate, UnsignedOnesAreTheManuals) {
    for (u64 operand = 0; operand < u64{1} << 32; operand += 0x3'ffff) {
        const u32 x = static_cast<u32>(operand);
        u32 recip = 0xffff'ffff, rsqrt = 0xffff'ffff;
        if (x >> 31) {
            const double scaled = std::bit_cast<double>(u64{1022} << 52 | u64{x & 0x7fff'ffff} << 21);
            recip = 1u << 31 | static_cast<u32>(pattern(recip_estimate(scaled)) >> 21 & 0x7fff'ffff);
        }
        if (x >> 30) {
            const double scaled = x >> 31 ? std::bit_cast<double>(u64{1022} << 52 | u64{x & 0x7fff'ffff} << 21)
                                          : std::bit_cast<double>(u64{1021} << 52 | u64{x & 0x3fff'ffff} << 22);
            rsqrt = 1u << 31 | static_cast<u32>(pattern(recip_sqrt_estimate(scaled)) >> 21 & 0x7fff'ffff);
        }
        ASSERT_EQ(UnsignedRecipEstimate(x), recip) << "operand " << Hex{x};
        ASSERT_EQ(UnsignedRSqrtEstimate(x), rsqrt) << "operand " << Hex{x};
    }
}

TEST(FpEstimate, SpecialValues) {
    struct Case {
        const char* what;
        u32 operand, recip, recip_flags, rsqrt, rsqrt_flags;
    };
    const Case cases[] = {
        {"0", N::zero, N::infinity, DZC, N::infinity, DZC},
        {"-0", N::minus_zero, N::minus_infinity, DZC, N::minus_infinity, DZC},
        {"a denormal", 0x007f'ffff, N::infinity, DZC | IDC, N::infinity, DZC | IDC},
        {"a negative denormal", 0x8000'0001, N::minus_infinity, DZC | IDC, N::minus_infinity, DZC | IDC},
        {"inf", N::infinity, N::zero, 0, N::zero, 0},
        {"-inf", N::minus_infinity, N::minus_zero, 0, N::default_nan, IOC},
        {"-1", N::minus_one, 0xbf7f'8000, 0, N::default_nan, IOC},
        {"quiet NaN", N::quiet, N::default_nan, 0, N::default_nan, 0},
        {"signalling NaN", N::signalling, N::default_nan, IOC, N::default_nan, IOC},
        {"2^126: its reciprocal is flushed", 0x7e80'0000, N::zero, UFC, 0x1fff'8000, 0},
        {"-largest", FPNeg(N::max), N::minus_zero, UFC, N::default_nan, IOC},
    };
    for (const Case& c : cases) {
        const auto recip = [&](u32& f) { return FPRecipEstimate(c.operand, f); };
        const auto rsqrt = [&](u32& f) { return FPRSqrtEstimate(c.operand, f); };
        for (u32 modes : {u32{0}, DN | FZ, 2u << RMode_shift}) {
            expect_under<u32>(modes, std::string(c.what) + ", reciprocal", recip, c.recip, c.recip_flags);
            expect_under<u32>(modes, std::string(c.what) + ", reciprocal square root", rsqrt, c.rsqrt, c.rsqrt_flags);
        }
    }
}

TEST(FpEstimate, Steps) {
    struct Case {
        const char* what;
        u32 a, b, recip, rsqrt, flags;
    };
    const Case cases[] = {
        {"1, 1", N::one, N::one, N::one, N::one, 0},
        {"2, 3", N::two, N::three, pattern(-4.0f), pattern(-1.5f), 0},
        {"1/2, 4", N::half, N::power(2), N::zero, N::half, 0},
        {"0, inf is 0", N::zero, N::infinity, N::two, pattern(1.5f), 0},
        {"-inf, -0 is 0", N::minus_infinity, N::minus_zero, N::two, pattern(1.5f), 0},
        {"a denormal and inf", N::denormal, N::infinity, N::two, pattern(1.5f), IDC},
        {"inf, -1", N::infinity, N::minus_one, N::infinity, N::infinity, 0},
        {"quiet NaN, 1", N::quiet, N::one, N::default_nan, N::default_nan, 0},
        {"1, signalling NaN", N::one, N::signalling, N::default_nan, N::default_nan, IOC},
        {"denormals", N::denormal, N::one, N::two, pattern(1.5f), IDC},
        {"a product that overflows", N::max, N::max, N::minus_infinity, N::minus_infinity, OFC | IXC},
        // (1 + u)^2 is rounded to 1 + 2u before it is subtracted.
        {"two roundings", N::one_up, N::one_up, 0x3f7f'fffc, 0x3f7f'fffe, IXC},
    };
    for (const Case& c : cases)
        for (u32 modes : {u32{0}, 1u << RMode_shift}) {
            expect_under<u32>(
                modes, std::string(c.what) + ", reciprocal step", [&](u32& f) { return FPRecipStep(c.a, c.b, f); },
                c.recip, c.flags);
            expect_under<u32>(
                modes, std::string(c.what) + ", root step", [&](u32& f) { return FPRSqrtStep(c.a, c.b, f); }, c.rsqrt,
                c.flags);
        }
}

}  // namespace
}  // namespace vtoll::isa::fp::test
