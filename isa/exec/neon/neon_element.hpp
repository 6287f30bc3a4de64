// SPDX-License-Identifier: Apache-2.0
// What Advanced SIMD integer instructions do to elements. Each operation is a type with a static `of`. Those that
// saturate collect ones in a number as wide as the elements: with no branches and no narrower type in it, the loop over
// lanes is vectorised.
#pragma once

#include <bit>
#include <limits>

#include "isa/exec/neon/neon.hpp"

namespace vtoll::isa::element {

template <class T>
inline constexpr T lowest = std::numeric_limits<T>::min();
template <class T>
inline constexpr T highest = std::numeric_limits<T>::max();

/// The operation has `of(operands..., saturated)`: some bit of `saturated` is set when the result is not exact.
template <class F>
concept Saturating = requires {
    F::saturates;
};

template <class T>
constexpr T mask_if(bool condition) {
    return condition ? static_cast<T>(~T{0}) : T{0};
}
/// All ones for a negative number.
template <class T>
constexpr T sign_mask(T value) {
    return static_cast<T>(static_cast<Signed<T>>(value) >> (bits_of<T> - 1));
}

/// The narrow type's nearest value.
template <class Narrow, class T>
constexpr Narrow saturate(T value, T& saturated) {
    const T low = std::is_signed_v<T> ? static_cast<T>(lowest<Narrow>) : T{0};
    const T high = static_cast<T>(highest<Narrow>);
    const T clamped = value < low ? low : value > high ? high : value;
    saturated |= clamped ^ value;
    return static_cast<Narrow>(clamped);
}

// --- bitwise: on whole registers ---------------------------------------------------------------------------------

struct And {
    static u64 of(u64 n, u64 m) { return n & m; }
};
struct Bic {
    static u64 of(u64 n, u64 m) { return n & ~m; }
};
struct Orr {
    static u64 of(u64 n, u64 m) { return n | m; }
};
struct Orn {
    static u64 of(u64 n, u64 m) { return n | ~m; }
};
struct Eor {
    static u64 of(u64 n, u64 m) { return n ^ m; }
};
struct Bsl {
    static u64 of(u64 d, u64 n, u64 m) { return (n & d) | (m & ~d); }
};
struct Bit {
    static u64 of(u64 d, u64 n, u64 m) { return (n & m) | (d & ~m); }
};
struct Bif {
    static u64 of(u64 d, u64 n, u64 m) { return (d & m) | (n & ~m); }
};

// --- sums and differences ------------------------------------------------------------------------------------------

template <class T>
constexpr T wrap_add(T a, T b) {
    return static_cast<T>(static_cast<Modular<T>>(a) + static_cast<Modular<T>>(b));
}
template <class T>
constexpr T wrap_sub(T a, T b) {
    return static_cast<T>(static_cast<Modular<T>>(a) - static_cast<Modular<T>>(b));
}
template <class T>
constexpr T wrap_mul(T a, T b) {
    return static_cast<T>(static_cast<Modular<T>>(a) * static_cast<Modular<T>>(b));
}

struct Add {
    template <class T>
    static T of(T n, T m) {
        return wrap_add(n, m);
    }
};
struct Sub {
    template <class T>
    static T of(T n, T m) {
        return wrap_sub(n, m);
    }
};

// Half of the exact sum or difference, without a wider type.
struct HalvingAdd {
    template <class T>
    static T of(T n, T m) {
        return wrap_add<T>(n & m, static_cast<T>(n ^ m) >> 1);
    }
};
struct RoundingHalvingAdd {
    template <class T>
    static T of(T n, T m) {
        return wrap_sub<T>(n | m, static_cast<T>(n ^ m) >> 1);
    }
};
struct HalvingSub {
    template <class T>
    static T of(T n, T m) {
        return wrap_sub<T>(static_cast<T>(n ^ m) >> 1, ~n & m);
    }
};

struct SaturatingAdd {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T n, T m, T& saturated) {
        const T sum = wrap_add(n, m);
        const T over = std::is_signed_v<T> ? sign_mask<T>((n ^ sum) & (m ^ sum)) : mask_if<T>(sum < n);
        const T limit = std::is_signed_v<T> ? static_cast<T>(sign_mask(n) ^ highest<T>) : highest<T>;
        saturated |= over;
        return static_cast<T>((sum & ~over) | (limit & over));
    }
};
struct SaturatingSub {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T n, T m, T& saturated) {
        const T difference = wrap_sub(n, m);
        const T over = std::is_signed_v<T> ? sign_mask<T>((n ^ m) & (n ^ difference)) : mask_if<T>(n < m);
        const T limit = std::is_signed_v<T> ? static_cast<T>(sign_mask(n) ^ highest<T>) : T{0};
        saturated |= over;
        return static_cast<T>((difference & ~over) | (limit & over));
    }
};

// --- compare: all ones or all zeros --------------------------------------------------------------------------------

struct Greater {
    template <class T>
    static T of(T n, T m) {
        return mask_if<T>(n > m);
    }
};
struct GreaterEqual {
    template <class T>
    static T of(T n, T m) {
        return mask_if<T>(n >= m);
    }
};
struct Equal {
    template <class T>
    static T of(T n, T m) {
        return mask_if<T>(n == m);
    }
};
struct Test {
    template <class T>
    static T of(T n, T m) {
        return mask_if<T>((n & m) != 0);
    }
};

struct Max {
    template <class T>
    static T of(T n, T m) {
        return n > m ? n : m;
    }
};
struct Min {
    template <class T>
    static T of(T n, T m) {
        return n < m ? n : m;
    }
};

/// |n - m| as an unsigned number.
struct AbsDifference {
    template <class T>
    static T of(T n, T m) {
        return n > m ? wrap_sub(n, m) : wrap_sub(m, n);
    }
};
struct AbsDifferenceAdd {
    template <class T>
    static T of(T d, T n, T m) {
        return wrap_add(d, AbsDifference::of(n, m));
    }
};

// --- products ------------------------------------------------------------------------------------------------------

struct Mul {
    template <class T>
    static T of(T n, T m) {
        return wrap_mul(n, m);
    }
};
struct MulAdd {
    template <class T>
    static T of(T d, T n, T m) {
        return wrap_add(d, wrap_mul(n, m));
    }
};
struct MulSub {
    template <class T>
    static T of(T d, T n, T m) {
        return wrap_sub(d, wrap_mul(n, m));
    }
};

/// Product of polynomials over {0, 1}: ARM DDI 0406C §A2.8.1.
inline u16 polynomial_product(u8 n, u8 m) {
    u32 product = 0;
    for (unsigned i = 0; i < 8; ++i) product ^= (n >> i) & 1 ? u32{m} << i : 0;
    return static_cast<u16>(product);
}
struct PolyMul {
    static u8 of(u8 n, u8 m) { return static_cast<u8>(polynomial_product(n, m)); }
};

/// High half of twice the product. The only product out of range is that of the two lowest numbers, which comes out as
/// the lowest number instead of the highest: its complement.
template <bool Round>
struct DoublingMulHigh {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T n, T m, T& saturated) {
        constexpr unsigned shift = bits_of<T> - 1;
        const Wide<T> product = static_cast<Wide<T>>(Wide<T>{n} * m + (Round ? Wide<T>{1} << (shift - 1) : 0));
        const T over = mask_if<T>(n == lowest<T>) & mask_if<T>(m == lowest<T>);
        saturated |= over;
        return static_cast<T>(product >> shift) ^ over;
    }
};

// --- shift by a signed amount: the low byte of the other element ---------------------------------------------------

/// n * 2^shift for shift < 0. A rounding shift adds half of the last bit that stays, a plain one rounds down.
template <bool Round, class T>
constexpr T shift_right_by(T n, int distance) {
    constexpr int width = bits_of<T>;
    if (distance > width) return Round || !std::is_signed_v<T> ? T{0} : static_cast<T>(n < 0 ? -1 : 0);
    if (distance == width) {
        if (!Round) return static_cast<T>(std::is_signed_v<T> && n < 0 ? -1 : 0);
        return std::is_signed_v<T> ? T{0} : static_cast<T>(n >> (width - 1));
    }
    const T half = Round ? static_cast<T>((n >> (distance - 1)) & 1) : T{0};
    return wrap_add<T>(static_cast<T>(n >> distance), half);
}
template <class T>
constexpr T shift_left_by(T n, int distance) {
    if (distance >= static_cast<int>(bits_of<T>)) return 0;
    return static_cast<T>(static_cast<Unsigned<T>>(n) << distance);
}

template <bool Round>
struct Shift {
    template <class T>
    static T of(T n, T m) {
        const int shift = static_cast<s8>(m);
        return shift < 0 ? shift_right_by<Round>(n, -shift) : shift_left_by(n, shift);
    }
};
template <class To, class T>
constexpr To saturating_shift_left(T n, int distance, T& saturated) {
    if (std::is_unsigned_v<To> && std::is_signed_v<T> && n < 0) {
        saturated = 1;
        return 0;
    }
    const To shifted = static_cast<To>(shift_left_by(n, distance));
    const bool fits = distance < static_cast<int>(bits_of<T>) ? static_cast<T>(shifted >> distance) == n : n == 0;
    if (fits) return shifted;
    saturated = 1;
    return n < 0 ? lowest<To> : highest<To>;
}
template <bool Round>
struct SaturatingShift {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T n, T m, T& saturated) {
        const int shift = static_cast<s8>(m);
        return shift < 0 ? shift_right_by<Round>(n, -shift) : saturating_shift_left<T>(n, shift, saturated);
    }
};

}  // namespace vtoll::isa::element
