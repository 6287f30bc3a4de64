// SPDX-License-Identifier: Apache-2.0
// FPAdd() and the rest of ARM DDI 0406C §A2.7.5 to §A2.7.7 on the host's floating-point unit where that is right, in
// integers (soft.hpp) elsewhere. The host stays in its default modes: round to nearest, no flush-to-zero.
//
// Each operation is a class with
//     quick<C>(operands..., fpscr, result)   a few host instructions; false: it can't tell, nothing has happened
//     full<C>(operands..., fpscr)            always right; sets flags
// so that an instruction's handler can keep the second out of line, and a function FPxxx<C>(operands..., fpscr).
//
// Why quick is right: rounding to nearest, a finite result whose magnitude is above the smallest normal number has no
// flag but IXC, whatever the operands were; and IXC, once set, stays. What is flushed to zero on the way in is looked
// at where FZ may be set.
#pragma once

#include <cmath>

#include "isa/fp/soft.hpp"

namespace vtoll::isa::fp {

namespace detail {

/// Finite and above the smallest normal number: not the outcome of an overflow, an underflow or an invalid operation.
template <class T>
[[gnu::always_inline]] constexpr bool is_plain(T value) {
    using F = Format<T>;
    return static_cast<T>(FPAbs(value) - (F::min_normal + 1)) < static_cast<T>(F::infinity - (F::min_normal + 1));
}

/// The modes allow quick arithmetic. Len counts as a mode so that VFP handlers get short vectors off their quick path.
template <Control C, class... T>
[[gnu::always_inline]] constexpr bool quick_modes(u32 fpscr, T... operands) {
    if constexpr (C == Control::fpscr)
        return (fpscr & (fpscr::RMode | fpscr::FZ | fpscr::IXC | fpscr::Len)) == fpscr::IXC;
    else return (fpscr & fpscr::IXC) && !(is_denormal(operands) || ...);
}

// The second try, still on the host: finds out whether the result is exact, and lets exact zeros through.
template <class T>
T add(T op1, T op2, bool subtract, u32 control, u32& fpscr);
template <class T>
T mul(T op1, T op2, u32 control, u32& fpscr);

}  // namespace detail

struct Add {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T op1, T op2, u32 fpscr, T& result) {
        result = pattern(host(op1) + host(op2));
        return detail::quick_modes<C>(fpscr, op1, op2) && detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T op1, T op2, u32& fpscr) {
        return detail::add(op1, op2, false, control_value<C>(fpscr), fpscr);
    }
};

struct Sub {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T op1, T op2, u32 fpscr, T& result) {
        result = pattern(host(op1) - host(op2));
        return detail::quick_modes<C>(fpscr, op1, op2) && detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T op1, T op2, u32& fpscr) {
        return detail::add(op1, op2, true, control_value<C>(fpscr), fpscr);
    }
};

struct Mul {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T op1, T op2, u32 fpscr, T& result) {
        result = pattern(host(op1) * host(op2));
        return detail::quick_modes<C>(fpscr, op1, op2) && detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T op1, T op2, u32& fpscr) {
        return detail::mul(op1, op2, control_value<C>(fpscr), fpscr);
    }
};

struct Div {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T op1, T op2, u32 fpscr, T& result) {
        if (!detail::quick_modes<C>(fpscr, op1, op2)) return false;
        result = pattern(host(op1) / host(op2));
        return detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T op1, T op2, u32& fpscr) {
        return soft::div(op1, op2, control_value<C>(fpscr), fpscr);
    }
};

struct Sqrt {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T operand, u32 fpscr, T& result) {
        if (!detail::quick_modes<C>(fpscr, operand) || (operand & Format<T>::sign_bit)) return false;
        result = pattern(std::sqrt(host(operand)));
        return detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T operand, u32& fpscr) {
        return soft::sqrt(operand, control_value<C>(fpscr), fpscr);
    }
};

/// addend + op1 * op2 with one rounding.
struct MulAdd {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T addend, T op1, T op2, u32 fpscr, T& result) {
        if (!detail::quick_modes<C>(fpscr, addend, op1, op2)) return false;
        result = pattern(std::fma(host(op1), host(op2), host(addend)));
        return detail::is_plain(result);
    }
    template <Control C, class T>
    static T full(T addend, T op1, T op2, u32& fpscr) {
        return soft::mul_add(addend, op1, op2, control_value<C>(fpscr), fpscr);
    }
};

/// NZCV in bits 31..28.
struct Compare {
    template <Control C, class T>
    [[gnu::always_inline]] static bool quick(T op1, T op2, u32 fpscr, u32& nzcv) {
        if (C == Control::fpscr ? (fpscr & fpscr::FZ) != 0 : is_denormal(op1) || is_denormal(op2)) return false;
        const Host<T> x = host(op1), y = host(op2);
        if (x != x || y != y) return false;
        nzcv = x == y ? fpscr::Z | fpscr::C : x < y ? fpscr::N : fpscr::C;
        return true;
    }
};

namespace detail {

template <class Operation, Control C, class T, class... More>
[[gnu::always_inline]] inline T run(u32& fpscr, T op, More... more) {
    T result;
    if (Operation::template quick<C>(op, more..., fpscr, result)) [[likely]]
        return result;
    return Operation::template full<C>(op, more..., fpscr);
}

}  // namespace detail

template <Control C, class T>
inline T FPAdd(T op1, T op2, u32& fpscr) {
    return detail::run<Add, C>(fpscr, op1, op2);
}
template <Control C, class T>
inline T FPSub(T op1, T op2, u32& fpscr) {
    return detail::run<Sub, C>(fpscr, op1, op2);
}
template <Control C, class T>
inline T FPMul(T op1, T op2, u32& fpscr) {
    return detail::run<Mul, C>(fpscr, op1, op2);
}
template <Control C, class T>
inline T FPDiv(T op1, T op2, u32& fpscr) {
    return detail::run<Div, C>(fpscr, op1, op2);
}
template <Control C, class T>
inline T FPSqrt(T operand, u32& fpscr) {
    return detail::run<Sqrt, C>(fpscr, operand);
}
template <Control C, class T>
inline T FPMulAdd(T addend, T op1, T op2, u32& fpscr) {
    return detail::run<MulAdd, C>(fpscr, addend, op1, op2);
}
template <Control C, class T>
inline T FPMax(T op1, T op2, u32& fpscr) {
    return soft::max_min(op1, op2, false, control_value<C>(fpscr), fpscr);
}
template <Control C, class T>
inline T FPMin(T op1, T op2, u32& fpscr) {
    return soft::max_min(op1, op2, true, control_value<C>(fpscr), fpscr);
}

/// NZCV in bits 31..28. `quiet_nan_exc`: quiet NaNs are invalid operands too.
template <Control C, class T>
inline u32 FPCompare(T op1, T op2, bool quiet_nan_exc, u32& fpscr) {
    u32 nzcv;
    if (Compare::quick<C>(op1, op2, fpscr, nzcv)) [[likely]]
        return nzcv;
    return soft::compare(op1, op2, quiet_nan_exc, control_value<C>(fpscr), fpscr);
}
template <Control C, class T>
inline bool FPCompareEQ(T op1, T op2, u32& fpscr) {
    return FPCompare<C>(op1, op2, false, fpscr) == (fpscr::Z | fpscr::C);
}
template <Control C, class T>
inline bool FPCompareGE(T op1, T op2, u32& fpscr) {
    const u32 nzcv = FPCompare<C>(op1, op2, true, fpscr);
    return (nzcv & (fpscr::C | fpscr::V)) == fpscr::C;
}
template <Control C, class T>
inline bool FPCompareGT(T op1, T op2, u32& fpscr) {
    return FPCompare<C>(op1, op2, true, fpscr) == fpscr::C;
}

}  // namespace vtoll::isa::fp
