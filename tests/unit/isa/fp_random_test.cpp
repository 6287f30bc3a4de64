// SPDX-License-Identifier: Apache-2.0
// Random operands: the integer arithmetic against the host's in all rounding modes, and the quick host paths against
// the integer arithmetic in all modes of the FPSCR.
#include <cfenv>
#include <random>

#include "tests/unit/isa/fp_case.hpp"

namespace vtoll::isa::fp::test {
namespace {

constexpr u64 seed = 0xf10a'7000;
constexpr unsigned cases = 400'000;

enum class Operation : unsigned { add, sub, mul, div, sqrt, mul_add, count };

/// From where arithmetic is interesting: the edges of the range, about 1, few fraction bits, special values.
template <class T>
T operand(std::mt19937_64& rng) {
    using F = Format<T>;
    const T random = static_cast<T>(rng()), sign = random & F::sign_bit, fraction = random & F::fraction_mask;
    const auto number = [&](u64 exponent, T f) {
        return static_cast<T>(sign | static_cast<T>(T(exponent) << F::fraction_bits) | f);
    };
    const T few_bits = static_cast<T>(fraction & ~(F::fraction_mask >> rng() % (F::fraction_bits + 1)));
    switch (rng() % 9) {
    case 0: return number(0, rng() & 1 ? fraction : 0);
    case 1: return number(F::top_exponent, rng() & 1 ? fraction : 0);
    case 2: return number(1 + rng() % 60, fraction);
    case 3: return number(F::top_exponent - 1 - rng() % 3, rng() & 1 ? fraction : F::fraction_mask);
    case 4: return number(F::bias - F::bias / 2 - 8 + rng() % 16, fraction);
    case 5:
    case 6: return number(F::bias - 2 + rng() % 36, few_bits);
    case 7: return number(F::bias - 2 + rng() % 4, fraction);
    default: return random;
    }
}

template <class T>
struct Sample {
    Operation operation;
    T a, b, c;
};
template <class T>
Sample<T> sample(std::mt19937_64& rng) {
    const auto operation = static_cast<Operation>(rng() % static_cast<unsigned>(Operation::count));
    Sample<T> s{operation, operand<T>(rng), operand<T>(rng), operand<T>(rng)};
    if (rng() % 4 == 0)
        s.b = static_cast<T>(s.a ^ (rng() & 3) ^ (rng() & 1 ? Format<T>::sign_bit : 0));  // cancellation
    return s;
}

template <class T>
T soft_result(const Sample<T>& s, u32 control, u32& fpscr) {
    switch (s.operation) {
    case Operation::add: return soft::add(s.a, s.b, false, control, fpscr);
    case Operation::sub: return soft::add(s.a, s.b, true, control, fpscr);
    case Operation::mul: return soft::mul(s.a, s.b, control, fpscr);
    case Operation::div: return soft::div(s.a, s.b, control, fpscr);
    case Operation::sqrt: return soft::sqrt(s.a, control, fpscr);
    default: return soft::mul_add(s.c, s.a, s.b, control, fpscr);
    }
}

template <Control Ctl, class T>
T library_result(const Sample<T>& s, u32& fpscr) {
    switch (s.operation) {
    case Operation::add: return FPAdd<Ctl>(s.a, s.b, fpscr);
    case Operation::sub: return FPSub<Ctl>(s.a, s.b, fpscr);
    case Operation::mul: return FPMul<Ctl>(s.a, s.b, fpscr);
    case Operation::div: return FPDiv<Ctl>(s.a, s.b, fpscr);
    case Operation::sqrt: return FPSqrt<Ctl>(s.a, fpscr);
    default: return FPMulAdd<Ctl>(s.c, s.a, s.b, fpscr);
    }
}

template <class T>
std::string text(const Sample<T>& s, u32 fpscr) {
    static constexpr const char* names[] = {"add", "sub", "mul", "div", "sqrt", "mul_add"};
    std::ostringstream out;
    out << names[static_cast<unsigned>(s.operation)] << " " << Hex{s.a} << " " << Hex{s.b} << " " << Hex{s.c}
        << ", FPSCR " << Hex{fpscr} << ", seed " << Hex{seed};
    return out.str();
}

/// The host in rounding mode `mode`; volatile keeps the operation between the changes of mode.
template <class T>
T host_result(const Sample<T>& s, unsigned mode, u32& flags) {
    static constexpr int modes[] = {FE_TONEAREST, FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    using H = Host<T>;
    volatile H a = host(s.a), b = host(s.b), c = host(s.c), r = 0;
    std::fesetround(modes[mode]);
    std::feclearexcept(FE_ALL_EXCEPT);
    switch (s.operation) {
    case Operation::add: r = a + b; break;
    case Operation::sub: r = a - b; break;
    case Operation::mul: r = a * b; break;
    case Operation::div: r = a / b; break;
    case Operation::sqrt: r = std::sqrt(H(a)); break;
    default: r = std::fma(H(a), H(b), H(c)); break;
    }
    const int raised = std::fetestexcept(FE_ALL_EXCEPT);
    std::fesetround(FE_TONEAREST);
    flags = (raised & FE_INVALID ? IOC : 0) | (raised & FE_DIVBYZERO ? DZC : 0) | (raised & FE_OVERFLOW ? OFC : 0) |
            (raised & FE_UNDERFLOW ? UFC : 0) | (raised & FE_INEXACT ? IXC : 0);
    return pattern(H(r));
}

template <class T>
void against_the_host() {
    std::mt19937_64 rng(seed);
    for (unsigned i = 0; i < cases; ++i) {
        const Sample<T> s = sample<T>(rng);
        // Which NaN comes out is ARM's own: directed tests.
        if (is_nan(s.a) || is_nan(s.b) || is_nan(s.c)) continue;
        const unsigned mode = static_cast<unsigned>(rng() & 3);
        u32 fpscr = mode << RMode_shift, host_flags;
        const T ours = soft_result(s, fpscr, fpscr), theirs = host_result(s, mode, host_flags);
        u32 flags = fpscr & cumulative;
        // The host may see tininess after rounding.
        if (FPAbs(ours) == Format<T>::min_normal) flags &= ~UFC, host_flags &= ~UFC;
        if (is_nan(ours)) {
            ASSERT_EQ(ours, Format<T>::default_nan) << "an invalid operation: " << text(s, mode << RMode_shift);
            ASSERT_TRUE(is_nan(theirs)) << text(s, mode << RMode_shift);
        } else {
            ASSERT_EQ(ours, theirs) << Hex{ours} << " for " << Hex{theirs} << ": " << text(s, mode << RMode_shift);
        }
        ASSERT_EQ(flags, host_flags) << "flags of " << text(s, mode << RMode_shift);
    }
}

TEST(FpRandom, SingleAgainstTheHost) { against_the_host<u32>(); }
TEST(FpRandom, DoubleAgainstTheHost) { against_the_host<u64>(); }

template <Control Ctl, class T>
void quick_paths() {
    std::mt19937_64 rng(seed + 1);
    for (unsigned i = 0; i < cases; ++i) {
        const Sample<T> s = sample<T>(rng);
        u32 before = static_cast<u32>(rng()) & (RMode | FZ | DN | AHP | cumulative);
        if (rng() & 1) before &= ~RMode;
        u32 ours = before, truth = before;
        const T got = library_result<Ctl>(s, ours), expected = soft_result(s, control_value<Ctl>(before), truth);
        ASSERT_EQ(got, expected) << Hex{got} << " for " << Hex{expected} << ": " << text(s, before);
        ASSERT_EQ(ours, truth) << "flags of " << text(s, before);

        u32 compared = before, compared_truth = before;
        ASSERT_EQ(FPCompare<Ctl>(s.a, s.b, i & 1, compared),
                  soft::compare(s.a, s.b, i & 1, control_value<Ctl>(before), compared_truth))
            << "compare: " << text(s, before);
        ASSERT_EQ(compared, compared_truth) << "flags of compare: " << text(s, before);
    }
}

TEST(FpRandom, QuickPathsOfSingle) { quick_paths<Control::fpscr, u32>(); }
TEST(FpRandom, QuickPathsOfDouble) { quick_paths<Control::fpscr, u64>(); }
TEST(FpRandom, QuickPathsUnderTheStandardFpscr) { quick_paths<Control::standard, u32>(); }

TEST(FpRandom, Conversions) {
    std::mt19937_64 rng(seed + 2);
    constexpr Control C = Control::fpscr;
    for (unsigned i = 0; i < cases; ++i) {
        const u32 single = operand<u32>(rng), integer = static_cast<u32>(rng() >> rng() % 32);
        const u64 wide =
            rng() & 1 ? operand<u64>(rng)
                      : pattern(static_cast<double>(host(operand<u32>(rng))) * (1 + 0x1p-25 * double(rng() % 8)));
        const u32 before = static_cast<u32>(rng()) & (RMode | FZ | DN | AHP | cumulative);
        const u32 towards_zero = with_rounding(before, Rounding::zero);
        u32 a, b;
        const auto same = [&](const char* what, u64 got, u64 expected, u64 of) {
            EXPECT_EQ(got, expected) << what << " of " << Hex{of} << ", FPSCR " << Hex{before} << ", seed "
                                     << Hex{seed};
            EXPECT_EQ(a, b) << "flags of " << what << " of " << Hex{of} << ", FPSCR " << Hex{before} << ", seed "
                            << Hex{seed};
        };
        a = b = before;
        same("double to single", FPDoubleToSingle<C>(wide, a), soft::convert<u32>(wide, before, b), wide);
        a = b = before;
        same("single to double", FPSingleToDouble<C>(single, a), soft::convert<u64>(single, before, b), single);
        a = b = before;
        same("single to s32", FPToInteger<C, false>(single, a),
             static_cast<u32>(soft::to_fixed(single, 32, 0, false, towards_zero, b)), single);
        a = b = before;
        same("double to u32", FPToInteger<C, true>(wide, a),
             static_cast<u32>(soft::to_fixed(wide, 32, 0, true, towards_zero, b)), wide);
        a = b = before;
        same("s32 to single", IntegerToFP<C, u32>(static_cast<s32>(integer), a),
             soft::from_fixed<u32>(static_cast<s32>(integer), 0, before, b), integer);
        a = b = before;
        same("u32 to single", IntegerToFP<C, u32>(integer, a), soft::from_fixed<u32>(integer, 0, before, b), integer);
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace
}  // namespace vtoll::isa::fp::test
