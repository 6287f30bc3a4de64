// SPDX-License-Identifier: Apache-2.0
// The shifter and the modified immediates. ARM DDI 0406C §A8.4, §A5.2.4, §A6.3.2.
#pragma once

#include <bit>

#include "isa/types.hpp"

namespace vtoll::isa {

enum class SRType : u8 { lsl, lsr, asr, ror, rrx };

struct ShiftSpec {
    SRType type;
    u8 amount;
};
/// DecodeImmShift(). `type` is the two-bit field; LSL #0 means no shift.
constexpr ShiftSpec DecodeImmShift(u32 type, u32 imm5) {
    const auto t = static_cast<SRType>(type);
    if (t == SRType::lsl) return {t, static_cast<u8>(imm5)};
    if (imm5) return {t, static_cast<u8>(imm5)};
    return t == SRType::ror ? ShiftSpec{SRType::rrx, 1} : ShiftSpec{t, 32};
}

struct Shifted {
    u32 value, carry;
};

/// Shift_C() by an amount known to be 1..32 (LSL, LSR, ASR), 1..31 (ROR) or RRX. All 64-bit, so that 32 needs no test.
template <SRType T>
[[gnu::always_inline]] inline Shifted shift_imm_c(u32 x, u32 n, u32 carry_in) {
    if constexpr (T == SRType::lsl) {
        const u64 wide = u64(x) << n;
        return {static_cast<u32>(wide), static_cast<u32>(wide >> 32) & 1};
    } else if constexpr (T == SRType::lsr) {
        return {static_cast<u32>(u64(x) >> n), (x >> (n - 1)) & 1};
    } else if constexpr (T == SRType::asr) {
        return {static_cast<u32>(s64(s32(x)) >> n), (x >> (n - 1)) & 1};
    } else if constexpr (T == SRType::ror) {
        const u32 value = std::rotr(x, static_cast<int>(n));
        return {value, value >> 31};
    } else {
        return {(x >> 1) | (carry_in << 31), x & 1};
    }
}

/// Shift_C() by the bottom byte of a register: 0 leaves value and carry alone, 32 and more shift everything out.
template <SRType T>
[[gnu::always_inline]] inline Shifted shift_reg_c(u32 x, u32 amount, u32 carry_in) {
    const u32 n = amount & 0xff;
    const u32 clamped = n > 63 ? 63 : n;
    if constexpr (T == SRType::lsl) {
        const u64 wide = u64(x) << clamped;
        return {static_cast<u32>(wide), n ? static_cast<u32>(wide >> 32) & 1 : carry_in};
    } else if constexpr (T == SRType::lsr) {
        const u64 wide = (u64(x) << 1) >> clamped;  // the carry is below the value
        return {static_cast<u32>(wide >> 1), n ? static_cast<u32>(wide) & 1 : carry_in};
    } else if constexpr (T == SRType::asr) {
        const u64 wide = static_cast<u64>((s64(s32(x)) * 2) >> clamped);
        return {static_cast<u32>(wide >> 1), n ? static_cast<u32>(wide) & 1 : carry_in};
    } else {
        static_assert(T == SRType::ror);
        const u32 value = std::rotr(x, static_cast<int>(n & 31));
        return {value, n ? value >> 31 : carry_in};
    }
}

/// ARMExpandImm(): eight bits rotated right by an even amount.
constexpr u32 ARMExpandImm(u32 imm12) { return std::rotr(imm12 & 0xff, static_cast<int>(2 * (imm12 >> 8))); }
/// The carry out of a rotated constant is its bit 31; unrotated it is the carry in.
constexpr bool arm_imm_rotated(u32 imm12) { return (imm12 >> 8) != 0; }

constexpr bool thumb_imm_rotated(u32 imm12) { return (imm12 >> 10) != 0; }
/// Replicating forms of a zero byte are UNPREDICTABLE.
constexpr bool thumb_imm_unpredictable(u32 imm12) {
    return !thumb_imm_rotated(imm12) && (imm12 >> 8) != 0 && (imm12 & 0xff) == 0;
}
constexpr u32 ThumbExpandImm(u32 imm12) {
    const u32 byte = imm12 & 0xff;
    switch (imm12 >> 8) {
    case 0: return byte;
    case 1: return byte * 0x0001'0001u;
    case 2: return byte * 0x0100'0100u;
    case 3: return byte * 0x0101'0101u;
    default: return std::rotr(0x80 | (imm12 & 0x7f), static_cast<int>(imm12 >> 7));
    }
}

}  // namespace vtoll::isa
