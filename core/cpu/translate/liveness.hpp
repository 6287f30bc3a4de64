// SPDX-License-Identifier: Apache-2.0
// Which flags an instruction has to leave behind: those that somebody reads before they are written again. Wherever a
// block may be left (an access, a handler, its end) everybody may read all of them.
#pragma once

#include <array>
#include <span>

#include "core/seam/block_key.hpp"
#include "isa/encodings/encoding.hpp"

namespace vtoll::core {

inline bool may_leave(const isa::Decoding& op) {
    return op.meaning.work == isa::Work::by_handler || (op.flags & (isa::op_reads_mem | isa::op_writes_mem)) ||
           (op.flags & isa::op_ends_block);
}

/// By instruction, of isa::flag::NZCV.
inline std::array<u16, max_block_insns> live_flags(std::span<const isa::Decoding> ops) {
    std::array<u16, max_block_insns> out{};
    u16 live = isa::flag::NZCV;
    for (std::size_t i = ops.size(); i--;) {
        const isa::Decoding& op = ops[i];
        out[i] = live;
        if (may_leave(op)) live = isa::flag::NZCV;
        else if (op.cond >= 14) live = static_cast<u16>(live & ~op.roles.flags_written);
        live |= op.roles.flags_read & isa::flag::NZCV;
    }
    return out;
}

}  // namespace vtoll::core
