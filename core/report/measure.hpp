// SPDX-License-Identifier: Apache-2.0
// From a run's books to the numbers of one row of a table.
#pragma once

#include <string>
#include <vector>

#include "core/ledger/run_record.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

/// What one phase of the operation costs. `device` and `exception` are parts of `ticks`.
struct PhaseLine {
    std::string phase;
    double insns = 0, ticks = 0, device = 0, exception = 0;
};

struct Measured {
    Distribution insns, ticks;
    /// Where the ticks of one operation go: of an operation with the median ticks, or else the mean of all.
    std::vector<PhaseLine> phases;
    bool phases_are_mean = false;
};

/// Throws InputError when the run has nothing that the row measures.
Measured measure(const RunRecord& run, const RowDefinition& row);

}  // namespace vtoll::core
