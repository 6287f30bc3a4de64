// SPDX-License-Identifier: Apache-2.0
// The second try of addition and multiplication: on the host, with a test of exactness while IXC is clear.
#include "isa/fp/arithmetic.hpp"

namespace vtoll::isa::fp::detail {

namespace {

/// Far enough from the largest number that no step of TwoSum overflows.
template <class T>
bool is_moderate(T value) {
    return FPAbs(value) < Format<T>::infinity - (T{4} << Format<T>::fraction_bits);
}

/// The error of the host's sum is zero: Knuth's TwoSum.
template <class H>
bool sum_is_exact(H a, H b, H sum) {
    const H b_part = sum - a;
    return (a - (sum - b_part)) + (b - b_part) == 0;
}

/// The product of normal numbers is exact when its significant bits fit.
bool product_is_exact(u32 a, u32 b, u32 result) {
    return static_cast<double>(host(a)) * static_cast<double>(host(b)) == static_cast<double>(host(result));
}
bool product_is_exact(u64 a, u64 b, u64) {
    using F = Format<u64>;
    const u128 product = u128{(a & F::fraction_mask) | F::min_normal} * ((b & F::fraction_mask) | F::min_normal);
    const u64 low = static_cast<u64>(product), high = static_cast<u64>(product >> 64);
    const int zeros = low ? std::countr_zero(low) : 64 + std::countr_zero(high);
    const int length = 128 - std::countl_zero(high);  // 105 or 106
    return length - zeros <= F::fraction_bits + 1;
}

/// Round to nearest, and no operand that is a denormal to flush.
template <class T>
bool host_modes(T op1, T op2, u32 control) {
    if (control & fpscr::RMode) return false;
    return !(control & fpscr::FZ) || !(is_denormal(op1) || is_denormal(op2));
}

}  // namespace

template <class T>
T add(T op1, T op2, bool subtract, u32 control, u32& fpscr) {
    if (host_modes(op1, op2, control)) {
        const Host<T> a = host(op1), b = subtract ? -host(op2) : host(op2), sum = a + b;
        const T result = pattern(sum);
        // A zero sum is exact: x - x, or both are zeros.
        const bool tell = !(fpscr & fpscr::IXC), can_tell = is_moderate(op1) && is_moderate(op2);
        if ((is_plain(result) || is_zero(result)) && (can_tell || !tell)) {
            if (tell && !sum_is_exact(a, b, sum)) fpscr |= fpscr::IXC;
            return result;
        }
    }
    return soft::add(op1, op2, subtract, control, fpscr);
}

template <class T>
T mul(T op1, T op2, u32 control, u32& fpscr) {
    if (host_modes(op1, op2, control) && !is_denormal(op1) && !is_denormal(op2)) {
        const T result = pattern(host(op1) * host(op2));
        if (is_plain(result)) {
            if (!(fpscr & fpscr::IXC) && !product_is_exact(op1, op2, result)) fpscr |= fpscr::IXC;
            return result;
        }
    }
    return soft::mul(op1, op2, control, fpscr);
}

template u32 add<u32>(u32, u32, bool, u32, u32&);
template u64 add<u64>(u64, u64, bool, u32, u32&);
template u32 mul<u32>(u32, u32, u32, u32&);
template u64 mul<u64>(u64, u64, u32, u32&);

}  // namespace vtoll::isa::fp::detail
