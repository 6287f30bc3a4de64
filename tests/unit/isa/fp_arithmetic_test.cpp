// SPDX-License-Identifier: Apache-2.0
// Floating-point arithmetic on special values: results and flags by the rules of ARM DDI 0406C §A2.7, in every rounding
// mode, with and without flush-to-zero and default NaNs.
#include "tests/unit/isa/fp_case.hpp"

namespace vtoll::isa::fp::test {
namespace {

constexpr Control C = Control::fpscr;

template <class T>
struct FpArithmetic : ::testing::Test {};
struct FormatNames {
    template <class T>
    static std::string GetName(int) {
        return sizeof(T) == 4 ? "single" : "double";
    }
};
using Formats = ::testing::Types<u32, u64>;
TYPED_TEST_SUITE(FpArithmetic, Formats, FormatNames);

template <class T>
auto add(T a, T b) {
    return [=](u32& f) { return FPAdd<C>(a, b, f); };
}
template <class T>
auto sub(T a, T b) {
    return [=](u32& f) { return FPSub<C>(a, b, f); };
}
template <class T>
auto mul(T a, T b) {
    return [=](u32& f) { return FPMul<C>(a, b, f); };
}
template <class T>
auto div(T a, T b) {
    return [=](u32& f) { return FPDiv<C>(a, b, f); };
}
template <class T>
auto root(T a) {
    return [=](u32& f) { return FPSqrt<C>(a, f); };
}
template <class T>
auto mul_add(T c, T a, T b) {
    return [=](u32& f) { return FPMulAdd<C>(c, a, b, f); };
}

TYPED_TEST(FpArithmetic, AddRounds) {
    using T = TypeParam;
    using N = Numbers<T>;
    expect_rounded<T>("1 + half an ulp: a tie to even", add(N::one, N::half_ulp),
                      {{N::one, N::one_up, N::one, N::one}, IXC}, true);
    expect_rounded<T>("the next + half an ulp: a tie to even", add(T(N::one_up), N::half_ulp),
                      {{T(N::one + 2), T(N::one + 2), N::one_up, N::one_up}, IXC}, true);
    expect_rounded<T>("-1 - half an ulp", sub(N::minus_one, N::half_ulp),
                      {{N::minus_one, N::minus_one, T(N::minus_one + 1), N::minus_one}, IXC}, true);
    expect_rounded<T>("1 + 1 is exact", add(N::one, N::one), {N::two}, true);
    expect_rounded<T>("1 + a number far below", add(N::one, N::min_normal), {{N::one, N::one_up, N::one, N::one}, IXC},
                      true);
    expect_rounded<T>("1 - a number far below", sub(N::one, N::min_normal),
                      {{N::one, N::one, T(N::one - 1), T(N::one - 1)}, IXC}, true);
    expect_rounded<T>("1 + the smallest denormal", add(N::one, N::denormal),
                      {{N::one, N::one_up, N::one, N::one}, IXC});
}

TYPED_TEST(FpArithmetic, AddOverflows) {
    using T = TypeParam;
    using N = Numbers<T>;
    const T lowest = FPNeg(N::max);
    expect_rounded<T>("largest + largest", add(N::max, N::max), {{N::infinity, N::infinity, N::max, N::max}, OFC | IXC},
                      true);
    expect_rounded<T>("lowest + lowest", add(lowest, lowest),
                      {{N::minus_infinity, lowest, N::minus_infinity, lowest}, OFC | IXC}, true);
    expect_rounded<T>("largest + half an ulp: overflows where it rounds up", add(N::max, N::half_ulp_of_max),
                      {{N::infinity, N::infinity, N::max, N::max}, {OFC | IXC, OFC | IXC, IXC, IXC}}, true);
    expect_rounded<T>("largest + less than half an ulp", add(N::max, T(N::half_ulp_of_max - 1)),
                      {{N::max, N::infinity, N::max, N::max}, {IXC, OFC | IXC, IXC, IXC}}, true);
    expect_rounded<T>("largest - largest", sub(N::max, N::max), {{N::zero, N::zero, N::minus_zero, N::zero}}, true);
}

TYPED_TEST(FpArithmetic, AddZerosAndInfinities) {
    using T = TypeParam;
    using N = Numbers<T>;
    const ByMode<T> exact_zero{N::zero, N::zero, N::minus_zero, N::zero};
    expect_rounded<T>("1 - 1", sub(N::one, N::one), {exact_zero}, true);
    expect_rounded<T>("1 + -1", add(N::one, N::minus_one), {exact_zero}, true);
    expect_rounded<T>("0 + -0", add(N::zero, N::minus_zero), {exact_zero}, true);
    expect_rounded<T>("0 - 0", sub(N::zero, N::zero), {exact_zero}, true);
    expect_rounded<T>("-0 + -0", add(N::minus_zero, N::minus_zero), {N::minus_zero}, true);
    expect_rounded<T>("-0 - 0", sub(N::minus_zero, N::zero), {N::minus_zero}, true);
    expect_rounded<T>("0 + 1", add(N::zero, N::one), {N::one}, true);
    expect_rounded<T>("inf + 1", add(N::infinity, N::one), {N::infinity}, true);
    expect_rounded<T>("1 - inf", sub(N::one, N::infinity), {N::minus_infinity}, true);
    expect_rounded<T>("inf + inf", add(N::infinity, N::infinity), {N::infinity}, true);
    expect_rounded<T>("inf - inf", sub(N::infinity, N::infinity), {N::default_nan, IOC}, true);
    expect_rounded<T>("inf + -inf", add(N::infinity, N::minus_infinity), {N::default_nan, IOC}, true);
}

TYPED_TEST(FpArithmetic, AddDenormals) {
    using T = TypeParam;
    using N = Numbers<T>;
    expect_rounded<T>("denormals add exactly", add(N::denormal, N::denormal), {T(2)});
    expect_flushed<T>("0 plus a denormal", add(N::one, N::denormal), N::one, IDC);
    expect_rounded<T>("just below the normal numbers", sub(N::min_normal, N::denormal), {T(N::min_normal - 1)});
    expect_flushed<T>("a denormal operand is 0", sub(N::min_normal, N::denormal), N::min_normal, IDC);
    expect_rounded<T>("an exact denormal result sets no flag", sub(T(N::min_normal + 1), N::min_normal), {N::denormal});
    expect_flushed<T>("is flushed, UFC without IXC", sub(T(N::min_normal + 1), N::min_normal), N::zero, UFC);
    expect_flushed<T>("keeping its sign", sub(N::min_normal, T(N::min_normal + 1)), N::minus_zero, UFC);
    expect_rounded<T>("sums of denormals become normal", add(T(N::min_normal - 1), N::denormal), {N::min_normal});
}

TYPED_TEST(FpArithmetic, NansPropagate) {
    using T = TypeParam;
    using N = Numbers<T>;
    const T minus_quiet = FPNeg(N::quiet), other = N::quiet + 1, other_signalling = N::signalling + 1;
    const T other_quieted = other_signalling | Format<T>::quiet_bit;
    struct Case {
        const char* what;
        T a, b, result;
        u32 flags;
    };
    const Case cases[] = {
        {"a quiet NaN first", N::quiet, N::one, N::quiet, 0},
        {"a quiet NaN second", N::one, N::quiet, N::quiet, 0},
        {"two quiet NaNs: the first", minus_quiet, other, minus_quiet, 0},
        {"a signalling NaN is quieted", N::signalling, N::one, N::quieted, IOC},
        {"a signalling NaN goes before a quiet one", N::quiet, N::signalling, N::quieted, IOC},
        {"two signalling NaNs: the first", other_signalling, N::signalling, other_quieted, IOC},
        {"with infinity", N::infinity, N::quiet, N::quiet, 0},
        {"a negative NaN second keeps its sign", N::zero, minus_quiet, minus_quiet, 0},
    };
    for (const Case& c : cases) {
        expect_rounded<T>(std::string(c.what) + ", add", add(c.a, c.b), {c.result, c.flags}, true);
        expect_rounded<T>(std::string(c.what) + ", subtract", sub(c.a, c.b), {c.result, c.flags}, true);
        expect_rounded<T>(std::string(c.what) + ", multiply", mul(c.a, c.b), {c.result, c.flags}, true);
        expect_rounded<T>(std::string(c.what) + ", divide", div(c.a, c.b), {c.result, c.flags}, true);
        expect_under<T>(DN, std::string(c.what) + ", default NaN, add", add(c.a, c.b), N::default_nan, c.flags);
        expect_under<T>(DN, std::string(c.what) + ", default NaN, multiply", mul(c.a, c.b), N::default_nan, c.flags);
    }
    expect_flushed<T>("a denormal beside a NaN is still an input denormal", add(N::quiet, N::denormal), N::quiet, IDC);
}

TYPED_TEST(FpArithmetic, Multiply) {
    using T = TypeParam;
    using N = Numbers<T>;
    expect_rounded<T>("2 * 3", mul(N::two, N::three), {N::six}, true);
    expect_rounded<T>("the square of 1 + ulp", mul(N::one_up, N::one_up),
                      {{T(N::one + 2), T(N::one + 3), T(N::one + 2), T(N::one + 2)}, IXC}, true);
    expect_rounded<T>("0 * inf", mul(N::zero, N::infinity), {N::default_nan, IOC}, true);
    expect_rounded<T>("inf * -0", mul(N::infinity, N::minus_zero), {N::default_nan, IOC}, true);
    expect_rounded<T>("inf * -1", mul(N::infinity, N::minus_one), {N::minus_infinity}, true);
    expect_rounded<T>("0 * -1", mul(N::zero, N::minus_one), {N::minus_zero}, true);
    expect_rounded<T>("largest * 2", mul(N::max, N::two), {{N::infinity, N::infinity, N::max, N::max}, OFC | IXC},
                      true);

    const T below_one = N::one - 1;
    expect_rounded<T>("tiny before rounding, the smallest normal number after it", mul(N::min_normal, below_one),
                      {{N::min_normal, N::min_normal, T(N::min_normal - 1), T(N::min_normal - 1)}, UFC | IXC});
    expect_flushed<T>("tiny before rounding is flushed", mul(N::min_normal, below_one), N::zero, UFC);
    expect_rounded<T>("half the smallest denormal", mul(N::denormal, N::half),
                      {{N::zero, T(1), N::zero, N::zero}, UFC | IXC});
    expect_rounded<T>("minus half the smallest denormal", mul(FPNeg(N::denormal), N::half),
                      {{N::minus_zero, N::minus_zero, FPNeg(N::denormal), N::minus_zero}, UFC | IXC});
    expect_flushed<T>("a denormal operand", mul(N::denormal, N::half), N::zero, IDC);
    expect_rounded<T>("1.5 denormals: a tie to even", mul(T(3), N::half), {{T(2), T(2), T(1), T(1)}, UFC | IXC});
    expect_rounded<T>("an exact denormal product", mul(N::min_normal, N::half), {T(N::min_normal >> 1)});
    expect_flushed<T>("an exact denormal product", mul(N::min_normal, N::half), N::zero, UFC);
    expect_rounded<T>("far below all numbers", mul(N::min_normal, N::min_normal),
                      {{N::zero, T(1), N::zero, N::zero}, UFC | IXC});
    expect_flushed<T>("far below all numbers, negative", mul(FPNeg(N::min_normal), N::min_normal), N::minus_zero, UFC);
    expect_rounded<T>("denormal times large", mul(N::denormal, N::power(Format<T>::fraction_bits)), {N::min_normal});
}

TYPED_TEST(FpArithmetic, Divide) {
    using T = TypeParam;
    using N = Numbers<T>;
    expect_rounded<T>("6 / 3", div(N::six, N::three), {N::two}, true);
    const T third = sizeof(T) == 4 ? T(0x3eaa'aaaa) : static_cast<T>(0x3fd5'5555'5555'5555);
    const bool up = sizeof(T) == 4;  // what is cut off is 101010... in the one format, 0101... in the other
    expect_rounded<T>("1 / 3", div(N::one, N::three), {{T(third + up), T(third + 1), third, third}, IXC}, true);
    expect_rounded<T>("1 / 0", div(N::one, N::zero), {N::infinity, DZC}, true);
    expect_rounded<T>("-1 / 0", div(N::minus_one, N::zero), {N::minus_infinity, DZC}, true);
    expect_rounded<T>("0 / 0", div(N::zero, N::zero), {N::default_nan, IOC}, true);
    expect_rounded<T>("inf / inf", div(N::infinity, N::minus_infinity), {N::default_nan, IOC}, true);
    expect_rounded<T>("inf / 0 is exact", div(N::infinity, N::minus_zero), {N::minus_infinity}, true);
    expect_rounded<T>("0 / inf", div(N::minus_zero, N::infinity), {N::minus_zero}, true);
    expect_rounded<T>("1 / inf", div(N::one, N::minus_infinity), {N::minus_zero}, true);
    expect_rounded<T>("largest / 1/2", div(N::max, N::half), {{N::infinity, N::infinity, N::max, N::max}, OFC | IXC},
                      true);
    expect_rounded<T>("an exact denormal quotient", div(N::min_normal, N::two), {T(N::min_normal >> 1)});
    expect_flushed<T>("an exact denormal quotient", div(N::min_normal, N::two), N::zero, UFC);
    expect_rounded<T>("the smallest denormal / 2", div(N::denormal, N::two),
                      {{N::zero, T(1), N::zero, N::zero}, UFC | IXC});
    expect_flushed<T>("a denormal divisor is 0", div(N::one, N::denormal), N::infinity, IDC | DZC);
    expect_flushed<T>("two denormals are 0 / 0", div(N::denormal, N::denormal), N::default_nan, IDC | IOC);
    expect_rounded<T>("equal denormals", div(N::denormal, N::denormal), {N::one});
}

TYPED_TEST(FpArithmetic, SquareRoot) {
    using T = TypeParam;
    using N = Numbers<T>;
    const T root2 = sizeof(T) == 4 ? T(0x3fb5'04f3) : static_cast<T>(0x3ff6'a09e'667f'3bcc);
    const bool up = sizeof(T) == 8;
    expect_rounded<T>("of 2", root(N::two), {{T(root2 + up), T(root2 + 1), root2, root2}, IXC}, true);
    expect_rounded<T>("of 4", root(N::power(2)), {N::two}, true);
    expect_rounded<T>("of 1/4", root(N::power(-2)), {N::half}, true);
    expect_rounded<T>("of 0", root(N::zero), {N::zero}, true);
    expect_rounded<T>("of -0", root(N::minus_zero), {N::minus_zero}, true);
    expect_rounded<T>("of inf", root(N::infinity), {N::infinity}, true);
    expect_rounded<T>("of -inf", root(N::minus_infinity), {N::default_nan, IOC}, true);
    expect_rounded<T>("of -1", root(N::minus_one), {N::default_nan, IOC}, true);
    expect_rounded<T>("of a signalling NaN", root(N::signalling), {N::quieted, IOC}, true);
    expect_rounded<T>("of a negative quiet NaN", root(FPNeg(N::quiet)), {FPNeg(N::quiet)}, true);
    expect_rounded<T>("of a negative denormal", root(FPNeg(N::denormal)), {N::default_nan, IOC});
    expect_flushed<T>("of a negative denormal", root(FPNeg(N::denormal)), N::minus_zero, IDC);
    constexpr bool single = sizeof(T) == 4;
    expect_rounded<T>("of a denormal that is an even power of two", root(single ? T(2) : T(1)),
                      {N::power(single ? -74 : -537)});
    expect_flushed<T>("of a denormal", root(N::denormal), N::zero, IDC);
}

TYPED_TEST(FpArithmetic, FusedMultiplyAdd) {
    using T = TypeParam;
    using N = Numbers<T>;
    using F = Format<T>;
    // (1 + u)^2 - 1 = 2u + u^2, where a rounded product would have lost u^2. u = 2^-F.
    const T two_ulps = N::power(1 - F::fraction_bits);
    expect_rounded<T>("(1 + u)^2 - 1", mul_add(N::minus_one, N::one_up, N::one_up),
                      {{two_ulps, T(two_ulps + 1), two_ulps, two_ulps}, IXC}, true);
    expect_rounded<T>("1 - (1 + u)(1 - u)", mul_add(N::one, FPNeg(N::one_up), T(N::one - 2)),
                      {N::power(-2 * F::fraction_bits)}, true);
    expect_rounded<T>("6 + 2 * -3", mul_add(N::six, N::two, FPNeg(N::three)),
                      {{N::zero, N::zero, N::minus_zero, N::zero}}, true);
    expect_rounded<T>("-0 + 0 * -1", mul_add(N::minus_zero, N::zero, N::minus_one), {N::minus_zero}, true);
    expect_rounded<T>("0 + 0 * -1", mul_add(N::zero, N::zero, N::minus_one),
                      {{N::zero, N::zero, N::minus_zero, N::zero}}, true);
    expect_rounded<T>("1 + 0 * 2", mul_add(N::one, N::zero, N::two), {N::one}, true);
    expect_rounded<T>("-largest + largest * 1", mul_add(FPNeg(N::max), N::max, N::one),
                      {ByMode<T>{N::zero, N::zero, N::minus_zero, N::zero}}, true);
    expect_rounded<T>("largest * 2 - largest is the largest", mul_add(FPNeg(N::max), N::max, N::two), {N::max}, true);
    expect_rounded<T>("inf + 2 * 3", mul_add(N::infinity, N::two, N::three), {N::infinity}, true);
    expect_rounded<T>("1 + inf * -2", mul_add(N::one, N::infinity, FPNeg(N::two)), {N::minus_infinity}, true);
    expect_rounded<T>("inf + inf * -2", mul_add(N::infinity, N::infinity, FPNeg(N::two)), {N::default_nan, IOC}, true);
    expect_rounded<T>("1 + 0 * inf", mul_add(N::one, N::zero, N::infinity), {N::default_nan, IOC}, true);
    expect_rounded<T>("quiet NaN + 0 * inf is invalid too", mul_add(N::quiet, N::infinity, N::zero),
                      {N::default_nan, IOC}, true);
    expect_rounded<T>("quiet NaN + 1 * inf", mul_add(N::quiet, N::infinity, N::one), {N::quiet}, true);
    expect_rounded<T>("signalling NaN + 0 * inf", mul_add(N::signalling, N::infinity, N::zero), {N::quieted, IOC},
                      true);
    expect_rounded<T>("the addend's NaN goes first", mul_add(N::quiet, T(N::quiet + 1), T(N::quiet + 2)), {N::quiet},
                      true);
    expect_rounded<T>("then the first factor's", mul_add(N::one, T(N::quiet + 1), T(N::quiet + 2)), {T(N::quiet + 1)},
                      true);
    expect_rounded<T>("signalling ones before all", mul_add(N::quiet, T(N::quiet + 1), N::signalling),
                      {N::quieted, IOC}, true);
    expect_rounded<T>("an exact denormal", mul_add(FPNeg(N::min_normal), T(N::min_normal + 1), N::one), {N::denormal});
    expect_flushed<T>("an exact denormal", mul_add(FPNeg(N::min_normal), T(N::min_normal + 1), N::one), N::zero, UFC);
    expect_flushed<T>("a denormal addend", mul_add(N::denormal, N::one, N::two), N::two, IDC);
    expect_rounded<T>("tiny, and the smallest normal number", mul_add(N::min_normal, FPNeg(N::denormal), N::half),
                      {{N::min_normal, N::min_normal, T(N::min_normal - 1), T(N::min_normal - 1)}, UFC | IXC});
}

TYPED_TEST(FpArithmetic, MaximumAndMinimum) {
    using T = TypeParam;
    using N = Numbers<T>;
    const auto both = [](const char* what, T a, T b, T max, T min, u32 flags = 0) {
        for (u32 modes : {u32{0}, 3u << RMode_shift}) {
            expect_under<T>(
                modes, std::string(what) + ", max", [=](u32& f) { return FPMax<C>(a, b, f); }, max, flags);
            expect_under<T>(
                modes, std::string(what) + ", min", [=](u32& f) { return FPMin<C>(a, b, f); }, min, flags);
        }
    };
    both("1, 2", N::one, N::two, N::two, N::one);
    both("2, -inf", N::two, N::minus_infinity, N::two, N::minus_infinity);
    both("0, -0", N::zero, N::minus_zero, N::zero, N::minus_zero);
    both("-0, 0", N::minus_zero, N::zero, N::zero, N::minus_zero);
    both("-0, -1", N::minus_zero, N::minus_one, N::minus_zero, N::minus_one);
    both("denormals", N::denormal, FPNeg(N::denormal), N::denormal, FPNeg(N::denormal));
    both("1, quiet NaN", N::one, N::quiet, N::quiet, N::quiet);
    both("quiet NaN, signalling NaN", N::quiet, N::signalling, N::quieted, N::quieted, IOC);
    expect_under<T>(
        FZ, "denormals are zeros", [](u32& f) { return FPMax<C>(N::denormal, FPNeg(N::denormal), f); }, N::zero, IDC);
    expect_under<T>(
        FZ, "denormals are zeros", [](u32& f) { return FPMin<C>(N::denormal, FPNeg(N::denormal), f); }, N::minus_zero,
        IDC);
    u32 fpscr = 0;
    EXPECT_EQ(FPMax<Control::standard>(N::quiet, N::one, fpscr), N::default_nan) << "Advanced SIMD gives default NaNs";
    EXPECT_EQ(FPMax<Control::standard>(T(2), T(1), fpscr), N::zero) << "and flushes";
    EXPECT_EQ(fpscr, IDC) << "with a flag";
}

TYPED_TEST(FpArithmetic, Comparisons) {
    using T = TypeParam;
    using N = Numbers<T>;
    constexpr u32 equal = Z | fpscr::C, less = fpscr::N, greater = fpscr::C, unordered = fpscr::C | V;
    struct Case {
        const char* what;
        T a, b;
        u32 nzcv;
        u32 flags, flags_e;  // of VCMP, of VCMPE
    };
    const Case cases[] = {
        {"1, 1", N::one, N::one, equal, 0, 0},
        {"0, -0", N::zero, N::minus_zero, equal, 0, 0},
        {"inf, inf", N::infinity, N::infinity, equal, 0, 0},
        {"-1, 1", N::minus_one, N::one, less, 0, 0},
        {"-2, -1", FPNeg(N::two), N::minus_one, less, 0, 0},
        {"-inf, lowest", N::minus_infinity, FPNeg(N::max), less, 0, 0},
        {"1, 1 - ulp", N::one, T(N::one - 1), greater, 0, 0},
        {"denormal, 0", N::denormal, N::zero, greater, 0, 0},
        {"quiet NaN, 1", N::quiet, N::one, unordered, 0, IOC},
        {"1, quiet NaN", N::one, N::quiet, unordered, 0, IOC},
        {"signalling NaN, 1", N::signalling, N::one, unordered, IOC, IOC},
        {"quiet NaN, signalling NaN", N::quiet, N::signalling, unordered, IOC, IOC},
    };
    for (const Case& c : cases) {
        expect_under<u32>(
            0, std::string(c.what) + ", VCMP", [&](u32& f) { return FPCompare<C>(c.a, c.b, false, f); }, c.nzcv,
            c.flags);
        expect_under<u32>(
            0, std::string(c.what) + ", VCMPE", [&](u32& f) { return FPCompare<C>(c.a, c.b, true, f); }, c.nzcv,
            c.flags_e);
        const auto truth = [&](bool expected, u32 flags, auto compare, const char* name) {
            u32 fpscr = 0;
            EXPECT_EQ(compare(c.a, c.b, fpscr), expected) << c.what << ": " << name;
            EXPECT_EQ(fpscr & ~IDC, flags) << c.what << ": flags of " << name;
        };
        if (FPAbs(c.a) == N::denormal) continue;
        truth(
            c.nzcv == equal, c.flags, [](T a, T b, u32& f) { return FPCompareEQ<Control::standard>(a, b, f); }, "EQ");
        truth(
            c.nzcv == equal || c.nzcv == greater, c.flags_e,
            [](T a, T b, u32& f) { return FPCompareGE<Control::standard>(a, b, f); }, "GE");
        truth(
            c.nzcv == greater, c.flags_e, [](T a, T b, u32& f) { return FPCompareGT<Control::standard>(a, b, f); },
            "GT");
    }
    expect_under<u32>(
        FZ, "denormals are zeros", [](u32& f) { return FPCompare<C>(N::denormal, FPNeg(N::denormal), false, f); },
        equal, IDC);
}

TYPED_TEST(FpArithmetic, StandardFpscrValue) {
    using T = TypeParam;
    using N = Numbers<T>;
    constexpr Control S = Control::standard;
    // Whatever the FPSCR says: to nearest, default NaN, flush-to-zero.
    const u32 upwards = 1u << RMode_shift;
    expect_under<T>(
        upwards, "to nearest", [](u32& f) { return FPAdd<S>(N::one, N::half_ulp, f); }, N::one, IXC);
    expect_under<T>(
        upwards, "default NaN", [](u32& f) { return FPMul<S>(N::quiet, N::one, f); }, N::default_nan, 0);
    expect_under<T>(
        upwards, "denormal operand", [](u32& f) { return FPSub<S>(N::min_normal, N::denormal, f); }, N::min_normal,
        IDC);
    expect_under<T>(
        upwards, "denormal result", [](u32& f) { return FPMul<S>(N::min_normal, N::half, f); }, N::zero, UFC);
    expect_under<T>(
        upwards, "fused", [](u32& f) { return FPMulAdd<S>(N::denormal, N::one, N::two, f); }, N::two, IDC);
}

TEST(FpArithmetic, SignsAndImmediates) {
    EXPECT_EQ(FPNeg<u32>(0x7f80'0456), 0xff80'0456u) << "NEG looks at no NaN";
    EXPECT_EQ(FPAbs<u64>(0xfff0'0000'0000'0001), 0x7ff0'0000'0000'0001u) << "nor does ABS";
    for (u32 imm = 0; imm < 256; ++imm) {
        // (-1)^S * 2^exp * (16 + mantissa) / 16, exp from -3 to 4: table A7-18.
        const int exponent = static_cast<int>(((imm >> 4) & 7) ^ 4) - 3;
        const double value = (imm >> 7 ? -1.0 : 1.0) * std::ldexp(16.0 + (imm & 15), exponent - 4);
        EXPECT_EQ(VFPExpandImm<u64>(imm), pattern(value)) << "double, imm8 " << Hex{imm};
        EXPECT_EQ(VFPExpandImm<u32>(imm), pattern(static_cast<float>(value))) << "single, imm8 " << Hex{imm};
    }
}

}  // namespace
}  // namespace vtoll::isa::fp::test
