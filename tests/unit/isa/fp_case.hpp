// SPDX-License-Identifier: Apache-2.0
// What the tests of isa/fp share: numbers of a format by their place in it, and expectations for every rounding mode.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <ostream>
#include <string>

#include "isa/fp/fp.hpp"

namespace vtoll::isa::fp::test {

using namespace fpscr;

/// Numbers whose patterns the format's parameters give: the same cases serve both formats.
template <class T>
struct Numbers {
    using F = Format<T>;
    /// 2^exponent
    static constexpr T power(int exponent) { return static_cast<T>(T(exponent + F::bias) << F::fraction_bits); }
    static constexpr T negative(T value) { return FPNeg(value); }

    static constexpr T zero = 0, one = power(0), two = power(1), three = two | F::quiet_bit,
                       six = power(2) | F::quiet_bit;
    static constexpr T half = power(-1), one_up = one + 1;
    static constexpr T infinity = F::infinity, max = F::max_normal, min_normal = F::min_normal, denormal = 1;
    static constexpr T minus_zero = FPNeg(zero), minus_one = FPNeg(one), minus_infinity = FPNeg(infinity);
    static constexpr T default_nan = F::default_nan;
    static constexpr T quiet = F::default_nan | 0x123, signalling = F::infinity | 0x456;
    static constexpr T quieted = signalling | F::quiet_bit;
    /// Half a unit in the last place of 1, and of the largest number.
    static constexpr T half_ulp = power(-F::fraction_bits - 1), half_ulp_of_max = power(F::bias - F::fraction_bits - 1);
};

/// One value for each of RN, RP, RM, RZ.
template <class V>
struct ByMode {
    std::array<V, 4> value;
    constexpr ByMode(V all) : value{all, all, all, all} {}  // NOLINT: meant to be implicit
    constexpr ByMode(V rn, V rp, V rm, V rz) : value{rn, rp, rm, rz} {}
};

struct Hex {
    u64 value;
    friend std::ostream& operator<<(std::ostream& out, Hex h) { return out << std::hex << "0x" << h.value << std::dec; }
};

inline const char* rounding_name(unsigned mode) {
    static constexpr const char* names[4] = {"to nearest", "towards +inf", "towards -inf", "towards zero"};
    return names[mode];
}

/// `operation(fpscr)` gives `result` and sets exactly `flags`, with FPSCR modes `modes`, whatever was set before.
template <class T, class Operation>
void expect_under(u32 modes, const std::string& what, Operation operation, T result, u32 flags) {
    for (u32 before : {u32{0}, IXC, cumulative}) {
        u32 fpscr = modes | before;
        const T got = operation(fpscr);
        EXPECT_EQ(got, result) << what << ": " << Hex{static_cast<u64>(got)} << " for " << Hex{static_cast<u64>(result)}
                               << ", FPSCR " << Hex{modes | before};
        EXPECT_EQ(fpscr, modes | before | flags) << what << ": flags " << Hex{fpscr & cumulative & ~before} << " for "
                                                 << Hex{flags & ~before} << ", FPSCR " << Hex{modes | before};
    }
}

template <class T>
struct Expected {
    ByMode<T> result;
    ByMode<u32> flags = 0;
};

/// A NaN that DN would replace. Signed results are integers.
template <class T>
bool propagates(T result) {
    if constexpr (std::is_unsigned_v<T>) return is_nan(result) && result != Format<T>::default_nan;
    else return false;
}

/// In all rounding modes, with DN and without when no NaN is about; flush-to-zero off, or on where it changes nothing.
template <class T, class Operation>
void expect_rounded(const std::string& what, Operation operation, const Expected<T>& e, bool flush_too = false) {
    for (unsigned mode = 0; mode < 4; ++mode)
        for (u32 other : {u32{0}, DN, FZ, DN | FZ}) {
            const T result = e.result.value[mode];
            if ((other & FZ) && !flush_too) continue;
            if ((other & DN) && propagates(result)) continue;
            expect_under(mode << RMode_shift | other, what + ", " + rounding_name(mode), operation, result,
                         e.flags.value[mode]);
        }
}

/// Under flush-to-zero, in all rounding modes.
template <class T, class Operation>
void expect_flushed(const std::string& what, Operation operation, T result, u32 flags) {
    for (unsigned mode = 0; mode < 4; ++mode)
        expect_under(mode << RMode_shift | FZ, what + ", flush-to-zero, " + rounding_name(mode), operation, result,
                     flags);
}

}  // namespace vtoll::isa::fp::test
