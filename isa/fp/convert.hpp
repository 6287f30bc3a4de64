// SPDX-License-Identifier: Apache-2.0
// Between floating-point formats and fixed-point numbers: ARM DDI 0406C §A2.7.8.
#pragma once

#include "isa/fp/arithmetic.hpp"

namespace vtoll::isa::fp {

/// operand * 2^fraction_bits as an integer of `width` bits, saturated. NaNs give 0.
template <Control C, class T>
inline s64 FPToFixed(T operand, unsigned width, unsigned fraction_bits, bool is_unsigned, bool round_towards_zero,
                     u32& fpscr) {
    u32 control = control_value<C>(fpscr);
    if (round_towards_zero) control = with_rounding(control, Rounding::zero);
    return soft::to_fixed(operand, width, fraction_bits, is_unsigned, control, fpscr);
}

/// The same for 32-bit integers, rounding towards zero: what compilers use.
template <Control C, bool Unsigned, class T>
inline u32 FPToInteger(T operand, u32& fpscr) {
    // Below this all values fit, and a conversion to a signed 64-bit integer gives them.
    constexpr Host<T> limit = Unsigned ? Host<T>(4294967296.0) : Host<T>(2147483648.0);
    const Host<T> x = host(operand);
    const bool in_range = Unsigned ? x >= 0 && x < limit : x > -limit && x < limit;
    if (in_range && !is_denormal(operand)) [[likely]] {
        const s64 value = static_cast<s64>(x);
        if (static_cast<Host<T>>(value) != x) fpscr |= fpscr::IXC;
        return static_cast<u32>(value);
    }
    return static_cast<u32>(FPToFixed<C>(operand, 32, 0, Unsigned, true, fpscr));
}

/// operand / 2^fraction_bits; `operand` has been sign- or zero-extended from its width.
template <Control C, class T>
inline T FixedToFP(s64 operand, unsigned fraction_bits, bool round_to_nearest, u32& fpscr) {
    u32 control = control_value<C>(fpscr);
    if (round_to_nearest) control = with_rounding(control, Rounding::nearest);
    return soft::from_fixed<T>(operand, fraction_bits, control, fpscr);
}

/// The same for 32-bit integers, rounding by the mode in force.
template <Control C, class T>
inline T IntegerToFP(s64 operand, u32& fpscr) {
    const Host<T> x = static_cast<Host<T>>(operand);
    const bool exact = static_cast<s64>(x) == operand;
    if (exact || C == Control::standard || !(fpscr & fpscr::RMode)) [[likely]] {
        if (!exact) fpscr |= fpscr::IXC;
        return pattern(x);
    }
    return FixedToFP<C, T>(operand, 0, false, fpscr);
}

template <Control C>
inline u32 FPHalfToSingle(u16 operand, u32& fpscr) {
    return soft::convert<u32>(operand, control_value<C>(fpscr), fpscr);
}
template <Control C>
inline u16 FPSingleToHalf(u32 operand, u32& fpscr) {
    return soft::convert<u16>(operand, control_value<C>(fpscr), fpscr);
}
template <Control C>
inline u64 FPSingleToDouble(u32 operand, u32& fpscr) {
    if (detail::is_plain(operand)) [[likely]]
        return pattern(static_cast<double>(host(operand)));
    return soft::convert<u64>(operand, control_value<C>(fpscr), fpscr);
}
template <Control C>
inline u32 FPDoubleToSingle(u64 operand, u32& fpscr) {
    const double x = host(operand);
    const float narrow = static_cast<float>(x);
    const bool same = static_cast<double>(narrow) == x;
    const bool rounded_by_host = C == Control::standard || !(fpscr & fpscr::RMode);
    if (detail::is_plain(pattern(narrow)) && (same || rounded_by_host)) [[likely]] {
        if (!same) fpscr |= fpscr::IXC;
        return pattern(narrow);
    }
    return soft::convert<u32>(operand, control_value<C>(fpscr), fpscr);
}

}  // namespace vtoll::isa::fp
