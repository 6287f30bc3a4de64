// SPDX-License-Identifier: Apache-2.0
// The price of a block: its instructions go through the core's pipeline, every access hitting L1, every branch
// predicted. A block is taken to repeat: its price is what one more copy of it adds, so that chains from one iteration
// to the next count, and the overlap of neighbouring blocks does too.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "core/timing/core_profile.hpp"
#include "isa/encodings/encoding.hpp"

namespace vtoll::core {

/// What the scheduler must know of an instruction: its roles (isa/encodings/roles.hpp) without r15, which every
/// instruction can read and which the front end predicts, and without the sticky flags, which nobody waits for.
struct Scheduled {
    isa::CostClass cls;
    isa::SystemCost system = isa::SystemCost::none;
    u8 units = 0;
    u16 early = 0, late = 0;          ///< core registers read; none is in both
    u16 core_out = 0, base_out = 0;   ///< written; of these by the address adder, ahead of the data
    u16 flags_in = 0, flags_out = 0;  ///< isa::flag
    u32 ext_in = 0, ext_out = 0;
    bool shifted = false, wide = false, immediate = false;
};

/// A system operation of a part that is `free` goes through the pipeline as a NOP does.
Scheduled scheduled(const isa::Decoding& d, FreeParts free = {});
/// Its cycles are booked as a system operation's.
bool is_system(const Scheduled& x);

/// The latest that the registers in `set` hold; 0: none is in it.
template <class Time, std::size_t N>
Time latest(const std::array<Time, N>& held, u32 set) {
    Time t = 0;
    for (; set; set &= set - 1) t = std::max(t, held[static_cast<unsigned>(std::countr_zero(set))]);
    return t;
}

struct BlockPrice {
    static constexpr u32 scale = 16;  ///< prices are in sixteenths of a cycle: three-wide cores need fractions
    u32 total = 0;                    ///< sixteenths
    u32 issue = 0;                    ///< what the width of the pipeline alone would take, sixteenths
    u32 system = 0;                   ///< whole cycles that system operations add, with what they wait for and hold
};

/// Also sets `costs[i]` to the whole cycles instruction i adds; they sum to total / scale.
/// `leads`: on an out-of-order core, by how many cycles each has its operands before what is in front of it has left;
/// may be empty.
BlockPrice price_block(const CoreProfile& profile, std::span<const Scheduled> block, std::span<u16> costs,
                       std::span<u16> leads = {});

}  // namespace vtoll::core
