// SPDX-License-Identifier: Apache-2.0
// ARM DDI 0406C §A2.7.2 to §A2.7.8: unpacking, NaNs, rounding, and the arithmetic that needs no host.
#include "isa/fp/soft.hpp"

#include <algorithm>
#include <cassert>

namespace vtoll::isa::fp {

namespace {

int top_bit(u128 value) {
    const u64 high = static_cast<u64>(value >> 64);
    return high ? 127 - std::countl_zero(high) : 63 - std::countl_zero(static_cast<u64>(value));
}

/// value >> n, with the lowest bit set when bits were lost.
u128 shift_right_sticky(u128 value, int n) {
    if (n == 0) return value;
    if (n > 127) return value != 0;
    const u128 lost = value & ((u128{1} << n) - 1);
    return value >> n | (lost != 0);
}

Rounding rounding_of(u32 control) { return static_cast<Rounding>((control >> fpscr::RMode_shift) & 3); }

/// How far a number lies above the representable one below it.
enum class Error : u8 { none, below_half, half, above_half };

bool rounds_up(Error error, bool odd, bool sign, u32 control) {
    switch (rounding_of(control)) {
    case Rounding::nearest: return error == Error::above_half || (error == Error::half && odd);
    case Rounding::plus_infinity: return error != Error::none && !sign;
    case Rounding::minus_infinity: return error != Error::none && sign;
    default: return false;
    }
}

struct Split {
    u128 integer;
    Error error;
};
/// mantissa / 2^shift. A negative shift is exact.
Split split(u128 mantissa, int shift) {
    if (shift <= 0) return {mantissa << -shift, Error::none};
    if (shift > 127) return {0, mantissa ? Error::below_half : Error::none};  // mantissas are below 2^126
    const u128 rest = mantissa & ((u128{1} << shift) - 1), half = u128{1} << (shift - 1);
    return {mantissa >> shift, rest == 0     ? Error::none
                               : rest < half ? Error::below_half
                               : rest > half ? Error::above_half
                                             : Error::half};
}

/// The same number with its highest mantissa bit at 120: room for a carry above, for alignment below.
Real normalised(Real value) {
    const int shift = 120 - top_bit(value.mantissa);
    value.mantissa <<= shift;
    value.exponent -= shift;
    return value;
}

/// Not for sums of which both terms are zero.
Real sum(const Real& x, const Real& y, u32 control) {
    if (x.mantissa == 0) return y;
    if (y.mantissa == 0) return x;
    Real a = normalised(x), b = normalised(y);
    if (a.exponent < b.exponent || (a.exponent == b.exponent && a.mantissa < b.mantissa)) std::swap(a, b);
    b.mantissa = shift_right_sticky(b.mantissa, a.exponent - b.exponent);
    if (a.sign == b.sign) return {a.sign, a.exponent, a.mantissa + b.mantissa};
    const u128 difference = a.mantissa - b.mantissa;
    // An exact zero is +0, but -0 when rounding towards minus infinity.
    const bool sign = difference ? a.sign : rounding_of(control) == Rounding::minus_infinity;
    return {sign, a.exponent, difference};
}

template <class T>
T round_sum(const Real& value, u32 control, u32& fpscr) {
    return value.mantissa ? FPRound<T>(value, control, fpscr) : FPZero<T>(value.sign);
}

Real product(const Real& a, const Real& b) {
    return {a.sign != b.sign, a.exponent + b.exponent, a.mantissa * b.mantissa};
}

template <class T>
T invalid(u32& fpscr) {
    fpscr |= fpscr::IOC;
    return FPDefaultNaN<T>();
}

/// FPProcessNaNs, FPProcessNaNs3: the first signalling NaN, else the first quiet one.
template <class T>
T process_nans(std::initializer_list<T> operands, u32 control, u32& fpscr) {
    for (T op : operands)
        if (is_signalling(op)) return FPProcessNaN(op, control, fpscr);
    for (T op : operands)
        if (is_nan(op)) return FPProcessNaN(op, control, fpscr);
    return 0;
}

}  // namespace

template <class T>
Unpacked FPUnpack(T operand, u32 control, u32& fpscr) {
    using F = Format<T>;
    const bool sign = operand & F::sign_bit, half = F::width == 16;
    const unsigned exponent = static_cast<unsigned>(FPAbs(operand) >> F::fraction_bits);
    const u64 fraction = operand & F::fraction_mask;
    if (exponent == 0) {
        if (fraction == 0) return {FPType::zero, {sign, 0, 0}};
        if (!half && (control & fpscr::FZ)) {
            fpscr |= fpscr::IDC;
            return {FPType::zero, {sign, 0, 0}};
        }
        return {FPType::nonzero, {sign, F::min_exponent - F::fraction_bits, fraction}};
    }
    if (exponent == F::top_exponent && !(half && (control & fpscr::AHP))) {
        if (fraction == 0) return {FPType::infinity, {sign, 0, 0}};
        return {operand & F::quiet_bit ? FPType::quiet_nan : FPType::signalling_nan, {sign, 0, 0}};
    }
    return {FPType::nonzero, {sign, static_cast<int>(exponent) - F::bias - F::fraction_bits, fraction | F::min_normal}};
}

template <class T>
T FPProcessNaN(T operand, u32 control, u32& fpscr) {
    if (is_signalling(operand)) {
        fpscr |= fpscr::IOC;
        operand |= Format<T>::quiet_bit;
    }
    return control & fpscr::DN ? FPDefaultNaN<T>() : operand;
}

template <class T>
T FPRound(const Real& value, u32 control, u32& fpscr) {
    using F = Format<T>;
    constexpr bool half = F::width == 16;
    assert(value.mantissa != 0 && value.mantissa >> 126 == 0);
    const int exponent = value.exponent + top_bit(value.mantissa);
    const bool tiny = exponent < F::min_exponent;
    if (!half && tiny && (control & fpscr::FZ)) {
        fpscr |= fpscr::UFC;
        return FPZero<T>(value.sign);
    }
    const auto [integer, error] =
        split(value.mantissa, std::max(exponent, F::min_exponent) - F::fraction_bits - value.exponent);
    // Tininess is seen before rounding.
    if (tiny && error != Error::none) fpscr |= fpscr::UFC;
    u64 mantissa = static_cast<u64>(integer);
    int biased = tiny ? 0 : exponent - F::min_exponent + 1;
    if (rounds_up(error, mantissa & 1, value.sign, control)) {
        ++mantissa;
        if (tiny && mantissa == F::min_normal) biased = 1;
        if (mantissa == u64{F::min_normal} << 1) {
            mantissa >>= 1;
            ++biased;
        }
    }
    if (half && (control & fpscr::AHP)) {
        if (biased > static_cast<int>(F::top_exponent)) {
            fpscr |= fpscr::IOC;
            return static_cast<T>(FPZero<T>(value.sign) | ~F::sign_bit);
        }
    } else if (biased >= static_cast<int>(F::top_exponent)) {
        fpscr |= fpscr::OFC | fpscr::IXC;
        const Rounding mode = rounding_of(control);
        const bool to_infinity =
            mode == Rounding::nearest || mode == (value.sign ? Rounding::minus_infinity : Rounding::plus_infinity);
        return to_infinity ? FPInfinity<T>(value.sign) : static_cast<T>(FPZero<T>(value.sign) | F::max_normal);
    }
    if (error != Error::none) fpscr |= fpscr::IXC;
    return static_cast<T>(FPZero<T>(value.sign) | static_cast<T>(T(biased) << F::fraction_bits) |
                          (static_cast<T>(mantissa) & F::fraction_mask));
}

namespace soft {

template <class T>
T add(T op1, T op2, bool subtract, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(op1, control, fpscr);
    Unpacked b = FPUnpack(op2, control, fpscr);
    if (a.nan() || b.nan()) return process_nans({op1, op2}, control, fpscr);
    b.value.sign ^= subtract;
    if (a.type == FPType::infinity || b.type == FPType::infinity) {
        if (a.type == b.type && a.sign() != b.sign()) return invalid<T>(fpscr);
        return FPInfinity<T>(a.type == FPType::infinity ? a.sign() : b.sign());
    }
    if (a.type == FPType::zero && b.type == FPType::zero && a.sign() == b.sign()) return FPZero<T>(a.sign());
    if (a.type == FPType::zero && b.type == FPType::zero)
        return FPZero<T>(rounding_of(control) == Rounding::minus_infinity);
    return round_sum<T>(sum(a.value, b.value, control), control, fpscr);
}

template <class T>
T mul(T op1, T op2, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(op1, control, fpscr), b = FPUnpack(op2, control, fpscr);
    if (a.nan() || b.nan()) return process_nans({op1, op2}, control, fpscr);
    const bool sign = a.sign() != b.sign();
    if (a.type == FPType::infinity || b.type == FPType::infinity)
        return a.type == FPType::zero || b.type == FPType::zero ? invalid<T>(fpscr) : FPInfinity<T>(sign);
    if (a.type == FPType::zero || b.type == FPType::zero) return FPZero<T>(sign);
    return FPRound<T>(product(a.value, b.value), control, fpscr);
}

template <class T>
T div(T op1, T op2, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(op1, control, fpscr), b = FPUnpack(op2, control, fpscr);
    if (a.nan() || b.nan()) return process_nans({op1, op2}, control, fpscr);
    const bool sign = a.sign() != b.sign();
    if (a.type == b.type && a.type != FPType::nonzero) return invalid<T>(fpscr);
    if (a.type == FPType::infinity) return FPInfinity<T>(sign);
    if (b.type == FPType::zero) {
        fpscr |= fpscr::DZC;
        return FPInfinity<T>(sign);
    }
    if (a.type == FPType::zero || b.type == FPType::infinity) return FPZero<T>(sign);
    // At least 64 bits of quotient: more than any format's, the remainder is the sticky bit.
    const Real n = normalised(a.value);
    u128 quotient = n.mantissa / b.value.mantissa;
    if (n.mantissa % b.value.mantissa) quotient |= 1;
    return FPRound<T>({sign, n.exponent - b.value.exponent, quotient}, control, fpscr);
}

template <class T>
T mul_add(T addend, T op1, T op2, u32 control, u32& fpscr) {
    const Unpacked c = FPUnpack(addend, control, fpscr);
    const Unpacked a = FPUnpack(op1, control, fpscr), b = FPUnpack(op2, control, fpscr);
    const bool infinite = a.type == FPType::infinity || b.type == FPType::infinity;
    const bool zero = a.type == FPType::zero || b.type == FPType::zero;
    const bool sign = a.sign() != b.sign();
    if (c.nan() || a.nan() || b.nan()) {
        // Infinity times zero is invalid even when the addend is a quiet NaN: not propagated then.
        if (c.type == FPType::quiet_nan && infinite && zero) return invalid<T>(fpscr);
        return process_nans({addend, op1, op2}, control, fpscr);
    }
    if (infinite && zero) return invalid<T>(fpscr);
    if (infinite || c.type == FPType::infinity) {
        if (infinite && c.type == FPType::infinity && c.sign() != sign) return invalid<T>(fpscr);
        return FPInfinity<T>(infinite ? sign : c.sign());
    }
    if (zero && c.type == FPType::zero)
        return FPZero<T>(c.sign() == sign ? sign : rounding_of(control) == Rounding::minus_infinity);
    if (zero) return FPRound<T>(c.value, control, fpscr);
    return round_sum<T>(sum(c.value, product(a.value, b.value), control), control, fpscr);
}

template <class T>
T sqrt(T operand, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(operand, control, fpscr);
    if (a.nan()) return FPProcessNaN(operand, control, fpscr);
    if (a.type == FPType::zero) return FPZero<T>(a.sign());
    if (a.sign()) return invalid<T>(fpscr);
    if (a.type == FPType::infinity) return FPInfinity<T>(false);
    Real v = normalised(a.value);
    if (v.exponent & 1) {
        v.mantissa <<= 1;
        --v.exponent;
    }
    // Digit by digit: 60 bits of root, the remainder is the sticky bit.
    u128 root = 0, rest = v.mantissa;
    for (u128 digit = u128{1} << 120; digit; digit >>= 2) {
        if (rest >= root + digit) {
            rest -= root + digit;
            root = (root >> 1) + digit;
        } else {
            root >>= 1;
        }
    }
    if (rest) root |= 1;
    return FPRound<T>({false, v.exponent / 2, root}, control, fpscr);
}

namespace {

/// Orders finite and infinite numbers; -0 and +0 are equal.
template <class T>
s64 order_key(T operand, const Unpacked& u) {
    if (u.type == FPType::zero) return 0;
    const s64 magnitude = static_cast<s64>(FPAbs(operand));
    return u.sign() ? -magnitude : magnitude;
}

}  // namespace

template <class T>
T max_min(T op1, T op2, bool minimum, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(op1, control, fpscr), b = FPUnpack(op2, control, fpscr);
    if (a.nan() || b.nan()) return process_nans({op1, op2}, control, fpscr);
    const s64 x = order_key(op1, a), y = order_key(op2, b);
    const bool first = minimum ? x < y : x > y;
    const Unpacked& chosen = first ? a : b;
    if (chosen.type == FPType::zero) {
        // Both may be zeros: the larger is +0, the smaller -0.
        if (a.type == b.type) return FPZero<T>(minimum ? a.sign() || b.sign() : a.sign() && b.sign());
        return FPZero<T>(chosen.sign());
    }
    return first ? op1 : op2;
}

template <class T>
u32 compare(T op1, T op2, bool signal, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(op1, control, fpscr), b = FPUnpack(op2, control, fpscr);
    if (a.nan() || b.nan()) {
        if (signal || a.type == FPType::signalling_nan || b.type == FPType::signalling_nan) fpscr |= fpscr::IOC;
        return fpscr::C | fpscr::V;
    }
    const s64 x = order_key(op1, a), y = order_key(op2, b);
    return x == y ? fpscr::Z | fpscr::C : x < y ? fpscr::N : fpscr::C;
}

template <class T>
s64 to_fixed(T operand, unsigned width, unsigned fraction_bits, bool is_unsigned, u32 control, u32& fpscr) {
    const Unpacked a = FPUnpack(operand, control, fpscr);
    if (a.nan()) {
        fpscr |= fpscr::IOC;
        return 0;
    }
    const s64 highest = static_cast<s64>((u64{1} << (is_unsigned ? width : width - 1)) - 1);
    const s64 lowest = is_unsigned ? 0 : -highest - 1;
    const auto saturated = [&] {
        fpscr |= fpscr::IOC;
        return a.sign() ? lowest : highest;
    };
    if (a.type == FPType::zero) return 0;
    if (a.type == FPType::infinity) return saturated();
    const int exponent = a.value.exponent + static_cast<int>(fraction_bits);
    if (exponent + top_bit(a.value.mantissa) > 40) return saturated();  // past all widths
    auto [integer, error] = split(a.value.mantissa, -exponent);
    if (rounds_up(error, integer & 1, a.sign(), control)) ++integer;
    const s64 value = a.sign() ? -static_cast<s64>(integer) : static_cast<s64>(integer);
    if (value < lowest || value > highest) return saturated();
    if (error != Error::none) fpscr |= fpscr::IXC;
    return value;
}

template <class T>
T from_fixed(s64 operand, unsigned fraction_bits, u32 control, u32& fpscr) {
    if (operand == 0) return 0;
    const u64 magnitude = operand < 0 ? 0 - static_cast<u64>(operand) : static_cast<u64>(operand);
    return FPRound<T>({operand < 0, -static_cast<int>(fraction_bits), magnitude}, control, fpscr);
}

template <class To, class From>
To convert(From operand, u32 control, u32& fpscr) {
    using T = Format<To>;
    using F = Format<From>;
    const Unpacked a = FPUnpack(operand, control, fpscr);
    const bool ahp_result = T::width == 16 && (control & fpscr::AHP);
    if (a.nan()) {
        if (a.type == FPType::signalling_nan || ahp_result) fpscr |= fpscr::IOC;
        if (ahp_result) return FPZero<To>(a.sign());
        if (control & fpscr::DN) return FPDefaultNaN<To>();
        constexpr int narrower = F::fraction_bits - T::fraction_bits;
        const u64 fraction = operand & F::fraction_mask;
        const u64 payload = narrower > 0 ? fraction >> std::max(narrower, 0) : fraction << std::max(-narrower, 0);
        return static_cast<To>(FPZero<To>(a.sign()) | T::default_nan | static_cast<To>(payload));
    }
    if (a.type == FPType::infinity && ahp_result) {
        fpscr |= fpscr::IOC;
        return static_cast<To>(FPZero<To>(a.sign()) | ~T::sign_bit);
    }
    if (a.type == FPType::infinity) return FPInfinity<To>(a.sign());
    if (a.type == FPType::zero) return FPZero<To>(a.sign());
    return FPRound<To>(a.value, control, fpscr);
}

#define INSTANTIATE(T)                                                \
    template T add<T>(T, T, bool, u32, u32&);                         \
    template T mul<T>(T, T, u32, u32&);                               \
    template T div<T>(T, T, u32, u32&);                               \
    template T mul_add<T>(T, T, T, u32, u32&);                        \
    template T sqrt<T>(T, u32, u32&);                                 \
    template T max_min<T>(T, T, bool, u32, u32&);                     \
    template u32 compare<T>(T, T, bool, u32, u32&);                   \
    template s64 to_fixed<T>(T, unsigned, unsigned, bool, u32, u32&); \
    template T from_fixed<T>(s64, unsigned, u32, u32&);
INSTANTIATE(u32)
INSTANTIATE(u64)
#undef INSTANTIATE
template u32 convert<u32, u16>(u16, u32, u32&);
template u16 convert<u16, u32>(u32, u32, u32&);
template u64 convert<u64, u32>(u32, u32, u32&);
template u32 convert<u32, u64>(u64, u32, u32&);

}  // namespace soft

template Unpacked FPUnpack<u32>(u32, u32, u32&);
template u32 FPProcessNaN<u32>(u32, u32, u32&);
template u64 FPProcessNaN<u64>(u64, u32, u32&);

}  // namespace vtoll::isa::fp
