// SPDX-License-Identifier: Apache-2.0
// The price of a block: its instructions go through the core's pipeline, every access hitting L1, every branch
// predicted. A block is taken to repeat: its price is what one more copy of it adds, so that chains from one iteration
// to the next count, and the overlap of neighbouring blocks does too.
#pragma once

#include <span>

#include "core/timing/core_profile.hpp"
#include "isa/encodings/register_use.hpp"
#include "isa/op.hpp"

namespace vtoll::core {

/// What the scheduler must know of an instruction.
struct Scheduled {
    isa::RegisterUse use;
    isa::CostClass cls;
    u8 units = 0;
    u16 late = 0;      ///< of use.core_in: read late (unshifted ALU operands, data of stores)
    u16 base_out = 0;  ///< of use.core_out: written by the address adder, not by the data that come back
    bool shifted = false, wide = false, immediate = false;
};

/// `row` as decode() found it; nullptr for what no row describes.
Scheduled scheduled(const isa::Encoding* row, const isa::Op& op);

struct BlockPrice {
    static constexpr u32 scale = 16;  ///< prices are in sixteenths of a cycle: three-wide cores need fractions
    u32 total = 0;                    ///< sixteenths
    u32 issue = 0;                    ///< what the width of the pipeline alone would take, sixteenths
};

/// Also sets `costs[i]` to the whole cycles instruction i adds; they sum to total / scale.
BlockPrice price_block(const CoreProfile& profile, std::span<const Scheduled> block, std::span<u16> costs);

}  // namespace vtoll::core
