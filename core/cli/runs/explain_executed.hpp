// SPDX-License-Identifier: Apache-2.0
// `vtoll explain ROW --executed`: a row of lmbench as Linux executes it, natively and under hypervisors.
#pragma once

#include <string>
#include <vector>

#include "core/cli/support/table_output.hpp"
#include "core/report/benchmark_table.hpp"

namespace vtoll::cli {

struct ExecutedQuestion {
    std::string row;     ///< its label, or what the guest calls it
    std::string timing;  ///< "": the scenarios' own
    std::string keep;    ///< folder of the runs
    unsigned jobs = 0;
    bool quiet = false;
    TableOutput output;
};

/// Rows of the table lmbench, and those of lmbench that `vtoll validate --system` measures besides: each that is one
/// loop.
std::vector<core::BenchmarkRow> executed_rows();

/// The exit code. Throws InputError when there is no such row.
int explain_executed(const ExecutedQuestion& question);

}  // namespace vtoll::cli
