// SPDX-License-Identifier: Apache-2.0
#include "isa/fp/estimate.hpp"

#include <array>

namespace vtoll::isa::fp {

namespace {

using F = Format<u32>;
constexpr Control standard = Control::standard;

// The manual defines the estimates by arithmetic on doubles: the middle of the interval that the operand's first bits
// leave, inverted and rounded to 9 bits. Here the same in integers; an entry is the estimate times 256, 256 to 511.

/// recip_estimate(): operands 0.5 to 1.0 by their first 9 bits. Entry q-256 is 256 / ((q + 0.5) / 512), rounded.
constexpr auto recip_table = [] {
    std::array<u16, 256> t{};
    for (u32 q = 256; q < 512; ++q) {
        const u32 twice_middle = 2 * q + 1, numerator = 256 * 512 * 2;
        t[q - 256] = static_cast<u16>((2 * numerator + twice_middle) / (2 * twice_middle));
    }
    return t;
}();

/// The integer s nearest to 256 / sqrt(x), for x = middle / scale: (2s - 1)^2 * middle <= 2^18 * scale.
constexpr u16 nearest_rsqrt(u64 middle, u64 scale) {
    u64 s = 256;
    while ((2 * s + 1) * (2 * s + 1) * middle <= (u64{1} << 18) * scale) ++s;
    return static_cast<u16>(s);
}

/// recip_sqrt_estimate(): first half operands 0.25 to 0.5 by steps of 1/512, second 0.5 to 1.0 by steps of 1/256.
constexpr auto rsqrt_table = [] {
    std::array<u16, 256> t{};
    for (u32 q = 128; q < 256; ++q) {
        t[q - 128] = nearest_rsqrt(2 * q + 1, 1024);
        t[q] = nearest_rsqrt(2 * q + 1, 512);
    }
    return t;
}();

/// sign : exponent : the 8 fraction bits of an estimate.
u32 estimate(bool sign, u32 exponent, u16 scaled) {
    return FPZero<u32>(sign) | exponent << F::fraction_bits | (u32{scaled} & 0xff) << (F::fraction_bits - 8);
}

/// The product of a step. Infinity times zero counts as zero.
bool undefined_product(u32 a, u32 b) {
    // Denormals are zeros here.
    const auto zero = [](u32 v) { return FPAbs(v) < F::min_normal; };
    const auto infinite = [](u32 v) { return FPAbs(v) == F::infinity; };
    return (zero(a) && infinite(b)) || (infinite(a) && zero(b));
}

u32 step_product(u32 op1, u32 op2, u32& fpscr) {
    if (!undefined_product(op1, op2)) return FPMul<standard>(op1, op2, fpscr);
    if (is_denormal(op1) || is_denormal(op2)) fpscr |= fpscr::IDC;
    return 0;
}

}  // namespace

u32 FPRecipEstimate(u32 operand, u32& fpscr) {
    const u32 control = StandardFPSCRValue(fpscr);
    const Unpacked a = FPUnpack(operand, control, fpscr);
    if (a.nan()) return FPProcessNaN(operand, control, fpscr);
    if (a.type == FPType::infinity) return FPZero<u32>(a.sign());
    if (a.type == FPType::zero) {
        fpscr |= fpscr::DZC;
        return FPInfinity<u32>(a.sign());
    }
    const u32 exponent = FPAbs(operand) >> F::fraction_bits;
    if (exponent >= 253) {  // 2^126 and above: the result is denormal, and flushed
        fpscr |= fpscr::UFC;
        return FPZero<u32>(a.sign());
    }
    return estimate(a.sign(), 253 - exponent, recip_table[(operand & F::fraction_mask) >> (F::fraction_bits - 8)]);
}

u32 FPRSqrtEstimate(u32 operand, u32& fpscr) {
    const u32 control = StandardFPSCRValue(fpscr);
    const Unpacked a = FPUnpack(operand, control, fpscr);
    if (a.nan()) return FPProcessNaN(operand, control, fpscr);
    if (a.type == FPType::zero) {
        fpscr |= fpscr::DZC;
        return FPInfinity<u32>(a.sign());
    }
    if (a.sign()) {
        fpscr |= fpscr::IOC;
        return FPDefaultNaN<u32>();
    }
    if (a.type == FPType::infinity) return 0;
    const u32 exponent = operand >> F::fraction_bits;
    // An odd exponent has the operand scaled to 0.25 to 0.5, an even one to 0.5 to 1.0.
    const u32 index = (exponent & 1 ? 0 : 128) + ((operand & F::fraction_mask) >> (F::fraction_bits - 7));
    return estimate(false, (380 - exponent) / 2, rsqrt_table[index]);
}

u32 UnsignedRecipEstimate(u32 operand) {
    if (!(operand >> 31)) return ~u32{0};
    return u32{recip_table[(operand >> 23) & 0xff]} << 23;
}

u32 UnsignedRSqrtEstimate(u32 operand) {
    if (!(operand >> 30)) return ~u32{0};
    const u32 index = operand >> 31 ? 128 + ((operand >> 24) & 0x7f) : (operand >> 23) & 0x7f;
    return u32{rsqrt_table[index]} << 23;
}

u32 FPRecipStep(u32 op1, u32 op2, u32& fpscr) {
    constexpr u32 two = 0x4000'0000;
    if (is_nan(op1) || is_nan(op2)) return FPMul<standard>(op1, op2, fpscr);
    return FPSub<standard>(two, step_product(op1, op2, fpscr), fpscr);
}

u32 FPRSqrtStep(u32 op1, u32 op2, u32& fpscr) {
    constexpr u32 three = 0x4040'0000, half = 0x3f00'0000;
    if (is_nan(op1) || is_nan(op2)) return FPMul<standard>(op1, op2, fpscr);
    // Halving is exact: a difference from 3 is far from the smallest normal number, or is zero.
    const u32 difference = FPSub<standard>(three, step_product(op1, op2, fpscr), fpscr);
    return FPMul<standard>(difference, half, fpscr);
}

}  // namespace vtoll::isa::fp
