// SPDX-License-Identifier: Apache-2.0
// Integer names and the one error type of loading: shared by every room.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace vtoll {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using s8 = std::int8_t;
using s16 = std::int16_t;
using s32 = std::int32_t;
using s64 = std::int64_t;

/// Something given to the tool (file, option, image, profile) is not usable. The message is one line:
/// what, where, what was expected. The command line turns it into exit code 3.
struct InputError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Bits `hi..lo` of `value`, right-aligned.
constexpr u32 bits(u32 value, unsigned hi, unsigned lo) { return (value >> lo) & (0xFFFF'FFFFu >> (31 - (hi - lo))); }
constexpr bool bit(u32 value, unsigned n) { return (value >> n) & 1; }

/// Sign-extend the low `width` bits.
constexpr s32 sign_extend(u32 value, unsigned width) { return static_cast<s32>(value << (32 - width)) >> (32 - width); }

}  // namespace vtoll
