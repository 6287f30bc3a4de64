// SPDX-License-Identifier: Apache-2.0
// From a run's books to the numbers of one row of a table.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/spread.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

/// What one phase of the operation costs. `device` and `exception` are parts of `ticks`.
struct PhaseLine {
    std::string phase;
    double insns = 0, ticks = 0, device = 0, exception = 0;
};

/// Ticks by Stall; their sum is the sum of the phases' ticks.
using CpiStack = std::array<double, stall_count>;

struct Measured {
    Distribution insns, ticks;
    /// Where the ticks of one operation go: of an operation with the median ticks, or else the mean of all.
    std::vector<PhaseLine> phases;
    bool phases_are_mean = false;
    CpiStack stalls{};  ///< the same ticks by what they went to
    /// The medians of further placements, of which nothing else is kept.
    std::vector<u64> insns_elsewhere{}, ticks_elsewhere{};

    /// The medians of all placements.
    Spread insns_spread() const { return spread(insns, insns_elsewhere); }
    Spread ticks_spread() const { return spread(ticks, ticks_elsewhere); }

private:
    static Spread spread(const Distribution& here, const std::vector<u64>& elsewhere);
};

/// Ticks without those of `stall`.
double without(const CpiStack& stack, Stall stall);
/// The stalls of a stack, the largest first; at most `most`, none that is zero. Issue is work and no stall.
std::vector<Stall> largest_stalls(const CpiStack& stack, std::size_t most);

/// Waited for because caches, TLBs or branch predictor don't hold something: more, when others have displaced it.
bool is_refill(Stall stall);

/// Of the runs of several placements, the first of which is the one that is taken apart. Throws InputError when a run
/// has nothing that the row measures.
Measured measure(const std::vector<RunRecord>& placements, const Operation& row);
/// Throws InputError when the run has nothing that the row measures.
Measured measure(const RunRecord& run, const Operation& row);

}  // namespace vtoll::core
