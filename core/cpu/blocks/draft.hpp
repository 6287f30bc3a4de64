// SPDX-License-Identifier: Apache-2.0
// A block in the making, and the passes that make it: decode, schedule, instrument, seal. Each is a file.
#pragma once

#include <array>
#include <span>

#include "core/cpu/blocks/block.hpp"
#include "core/cpu/hooks/triggers.hpp"
#include "core/timing/pricing.hpp"
#include "isa/encodings/encoding.hpp"

namespace vtoll::core {

struct BlockDraft {
    BlockKey key;

    // --- decode
    std::array<isa::Decoding, max_block_insns> ops;
    unsigned insns = 0;
    u32 bytes = 0;
    u32 next_pc = 0;
    u8 next_itstate = 0;

    // --- may_poll: goes round in a loop that may only wait, see PollWatch
    bool may_poll = false;

    // --- schedule: BlockHead's, and the ops' costs
    u32 ticks = 0;
    u16 dependency = 0;
    u16 system = 0;  ///< Block's
    u64 system_ops = 0;
    u8 sixteenths = 0;

    // --- instrument: Block's
    u64 changes_processor = 0, barriers = 0;
};

/// Where a block ends, whatever its instructions are.
struct BlockBounds {
    unsigned most = max_block_insns;
    u32 end = ~u32{0};                   ///< address
    const Triggers* triggers = nullptr;  ///< a block starts at each of them
    bool at_exits = true;                ///< behind an instruction that ends a block
};

/// Decodes the bytes `code` of `draft.key`, as many as make a block. None: the first instruction is not all there.
void decode(BlockDraft& draft, std::span<const u8> code, const isa::Features& features, const BlockBounds& bounds);

/// Does the block close a short loop that changes nothing but registers? `host_page`: the page that the block lies in.
bool may_poll(const BlockDraft& draft, const u8* host_page, const isa::Features& features);

/// Prices the instructions and the block.
void schedule(BlockDraft& draft, const Pricing& pricing);

/// Says in front of which instructions somebody may want to be, going by what they are.
void instrument(BlockDraft& draft);

/// Makes `block` of it, whose slots are allocated. `predicts`: its head says how the block's last branch is to be run.
/// `executor`: who will charge it.
void seal(Block& block, const BlockDraft& draft, u16 region, Executor* executor, bool predicts);

}  // namespace vtoll::core
