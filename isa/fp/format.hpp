// SPDX-License-Identifier: Apache-2.0
// Floating-point formats and the FPSCR: what all of isa/fp starts from. ARM DDI 0406C §A2.7.
//
// Values are bit patterns: u16 half, u32 single, u64 double. Every operation takes the FPSCR by reference and only ever
// sets cumulative flags in it. Which rounding, NaN and flush-to-zero rules apply is the template argument `Control`.
#pragma once

#include <bit>
#include <cfloat>

#include "isa/types.hpp"

namespace vtoll::isa::fp {

namespace fpscr {
constexpr u32 IOC = 1u << 0, DZC = 1u << 1, OFC = 1u << 2, UFC = 1u << 3, IXC = 1u << 4, IDC = 1u << 7;
constexpr u32 cumulative = IOC | DZC | OFC | UFC | IXC | IDC;
constexpr u32 Len = 7u << 16, Stride = 3u << 20, RMode = 3u << 22;
constexpr unsigned RMode_shift = 22;
constexpr u32 FZ = 1u << 24, DN = 1u << 25, AHP = 1u << 26, QC = 1u << 27;
constexpr u32 V = 1u << 28, C = 1u << 29, Z = 1u << 30, N = 1u << 31;
constexpr u32 NZCV = N | Z | C | V;
}  // namespace fpscr

/// FPSCR.RMode.
enum class Rounding : u32 { nearest = 0, plus_infinity = 1, minus_infinity = 2, zero = 3 };

/// The manual's `fpscr_controlled`: VFP obeys the FPSCR, Advanced SIMD has StandardFPSCRValue().
enum class Control : u8 { fpscr, standard };

/// Default NaN, flush-to-zero, round to nearest; AHP as it is.
constexpr u32 StandardFPSCRValue(u32 value) { return (value & fpscr::AHP) | fpscr::DN | fpscr::FZ; }

template <Control C>
constexpr u32 control_value(u32 value) {
    return C == Control::fpscr ? value : StandardFPSCRValue(value);
}
constexpr u32 with_rounding(u32 control, Rounding mode) {
    return (control & ~fpscr::RMode) | static_cast<u32>(mode) << fpscr::RMode_shift;
}

template <class T, class H, int E, int F>
struct FormatOf {
    using Host = H;
    static constexpr int width = E + F + 1, exponent_bits = E, fraction_bits = F;
    static constexpr int bias = (1 << (E - 1)) - 1, min_exponent = 1 - bias;
    static constexpr unsigned top_exponent = (1u << E) - 1;
    static constexpr T sign_bit = static_cast<T>(T{1} << (width - 1));
    static constexpr T fraction_mask = static_cast<T>((T{1} << F) - 1);
    static constexpr T infinity = static_cast<T>(T(top_exponent) << F);
    static constexpr T quiet_bit = static_cast<T>(T{1} << (F - 1));
    static constexpr T default_nan = infinity | quiet_bit;
    static constexpr T min_normal = static_cast<T>(T{1} << F);
    static constexpr T max_normal = infinity - 1;
};
template <class T>
struct Format;
template <>
struct Format<u16> : FormatOf<u16, void, 5, 10> {};
template <>
struct Format<u32> : FormatOf<u32, float, 8, 23> {};
template <>
struct Format<u64> : FormatOf<u64, double, 11, 52> {};

static_assert(sizeof(float) == 4 && sizeof(double) == 8 && FLT_EVAL_METHOD == 0, "host arithmetic is IEEE 754's");

template <class T>
using Host = typename Format<T>::Host;

template <class T>
[[gnu::always_inline]] inline Host<T> host(T value) {
    return std::bit_cast<Host<T>>(value);
}
[[gnu::always_inline]] inline u32 pattern(float value) { return std::bit_cast<u32>(value); }
[[gnu::always_inline]] inline u64 pattern(double value) { return std::bit_cast<u64>(value); }

template <class T>
constexpr T FPNeg(T operand) {
    return operand ^ Format<T>::sign_bit;
}
template <class T>
constexpr T FPAbs(T operand) {
    return static_cast<T>(operand & ~Format<T>::sign_bit);
}
template <class T>
constexpr T FPZero(bool sign) {
    return sign ? Format<T>::sign_bit : T{0};
}
template <class T>
constexpr T FPInfinity(bool sign) {
    return FPZero<T>(sign) | Format<T>::infinity;
}
template <class T>
constexpr T FPDefaultNaN() {
    return Format<T>::default_nan;
}

template <class T>
constexpr bool is_nan(T value) {
    return FPAbs(value) > Format<T>::infinity;
}
template <class T>
constexpr bool is_signalling(T value) {
    return is_nan(value) && !(value & Format<T>::quiet_bit);
}
template <class T>
constexpr bool is_zero(T value) {
    return FPAbs(value) == 0;
}
template <class T>
constexpr bool is_denormal(T value) {
    return static_cast<T>(FPAbs(value) - 1) < Format<T>::fraction_mask;
}

/// VFPExpandImm(), ARM DDI 0406C §A7.5.1.
template <class T>
constexpr T VFPExpandImm(u32 imm8) {
    using Fmt = Format<T>;
    const bool b6 = bit(imm8, 6);
    const T high = b6 ? static_cast<T>((T{1} << (Fmt::exponent_bits - 3)) - 1) << 2 : T{1} << (Fmt::exponent_bits - 1);
    const T exponent = high | ((imm8 >> 4) & 3);
    return FPZero<T>(bit(imm8, 7)) | exponent << Fmt::fraction_bits | T(imm8 & 0xf) << (Fmt::fraction_bits - 4);
}

}  // namespace vtoll::isa::fp
