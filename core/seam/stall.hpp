// SPDX-License-Identifier: Apache-2.0
// What a cycle went to. `issue` is not counted: it is what the others leave of the total.
#pragma once

#include <array>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

/// X(enumerator, name in files and options, words of a legend, what it is).
#define VTOLL_STALLS(X)                                                                                   \
    X(issue, "issue", "issue", "instructions at the width of the pipeline")                               \
    X(dependency, "dependency", "operands, units", "operands not ready or a unit busy")                   \
    X(fetch, "fetch", "instruction fetch", "L1 instruction cache misses served by L2")                    \
    X(data, "data", "L1 data miss", "L1 data cache misses served by L2, full store buffer")               \
    X(memory, "memory", "DRAM", "misses in L2 and uncached accesses")                                     \
    X(walk_stage1, "walk-stage1", "stage-1 walk", "micro TLB misses and stage-1 descriptors")             \
    X(walk_stage2, "walk-stage2", "stage-2 walk", "stage-2 descriptors")                                  \
    X(mispredict, "mispredict", "misprediction", "branch mispredictions and late targets")                \
    X(system, "system", "system operations", "PSR, CP15, barriers, maintenance, and what they wait for")  \
    X(device, "device", "device access", "device accesses")                                               \
    X(exception, "exception", "exception entry, return", "entries into exceptions and returns from them") \
    X(sleep, "sleep", "sleep", "WFI and WFE")

#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class Stall : u8 { VTOLL_STALLS(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR
inline constexpr std::size_t stall_count = static_cast<std::size_t>(Stall::count);

/// Stalls that only a core profile tells apart; events (device, exception) are told by who causes them.
inline constexpr std::size_t first_core_stall = static_cast<std::size_t>(Stall::dependency);
inline constexpr std::size_t core_stalls = static_cast<std::size_t>(Stall::device) - first_core_stall;

/// Running totals of a processor, in ticks; `issue` and `sleep` stay 0.
using StallTotals = std::array<u64, stall_count>;

std::string_view name_of(Stall s);
std::string_view title_of(Stall s);
std::string_view describe(Stall s);

}  // namespace vtoll::core
