// SPDX-License-Identifier: Apache-2.0
// What a cycle went to. `issue` is not counted: it is what the others leave of the total.
#pragma once

#include <array>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

enum class Stall : u8 {
    issue,        ///< instructions at the width of the pipeline
    dependency,   ///< waiting for operands or a busy unit, within a block
    fetch,        ///< L1 instruction cache miss served by L2
    data,         ///< L1 data cache miss served by L2
    memory,       ///< miss in L2: DRAM
    walk_stage1,  ///< micro TLB misses and stage-1 descriptors
    walk_stage2,  ///< stage-2 descriptors
    mispredict,   ///< branch misprediction, late targets
    device,       ///< device access
    exception,    ///< entry into and return from exceptions
    sleep,        ///< WFI, WFE
    count,
};
inline constexpr std::size_t stall_count = static_cast<std::size_t>(Stall::count);

/// Stalls that only a core profile tells apart; events (device, exception) are told by who causes them.
inline constexpr std::size_t first_core_stall = static_cast<std::size_t>(Stall::dependency);
inline constexpr std::size_t core_stalls = static_cast<std::size_t>(Stall::device) - first_core_stall;

/// Running totals of a processor, in ticks; `issue` and `sleep` stay 0.
using StallTotals = std::array<u64, stall_count>;

std::string_view name_of(Stall s);
std::string_view describe(Stall s);

}  // namespace vtoll::core
