// SPDX-License-Identifier: Apache-2.0
// What a block of code is decoded for: all that its instructions' meaning depends on besides their bytes.
#pragma once

#include "isa/state/cpu_state.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Instructions of a block, at most.
inline constexpr unsigned max_block_insns = 48;

/// Code mapped at two virtual addresses is decoded twice: ops hold virtual constants.
struct BlockKey {
    u64 pa = 0;
    u32 va = 0;
    u32 context = 0;  ///< ITSTATE, and what follows; as traces hold it (docs/trace-format.md)

    static constexpr u32 thumb_bit = 1u << 8, big_endian_bit = 1u << 9;
    static constexpr unsigned privilege_shift = 10;

    /// The context of what `s` executes.
    static u32 context_of(const isa::CpuState& s) {
        return s.itstate | (s.thumb ? thumb_bit : 0) | (s.psr & isa::psr::E ? big_endian_bit : 0) |
               (static_cast<u32>(s.privilege()) << privilege_shift);
    }
    u8 itstate() const { return static_cast<u8>(context); }
    bool thumb() const { return context & thumb_bit; }
    isa::Privilege privilege() const { return static_cast<isa::Privilege>(context >> privilege_shift & 3); }

    bool operator==(const BlockKey&) const = default;
};

struct BlockKeyHash {
    std::size_t operator()(const BlockKey& k) const {
        u64 h = k.pa * 0x9e37'79b9'7f4a'7c15ull ^ (u64(k.va) << 20) ^ (u64(k.context) << 7);
        return h ^ (h >> 29);
    }
};

}  // namespace vtoll::core
