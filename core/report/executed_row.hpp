// SPDX-License-Identifier: Apache-2.0
// Where the ticks of a benchmark program's row go as it is executed, on several systems: of one operation, by world,
// cause, stall and exit. The program is measured once and twice; what the second run has more is one more measured
// interval, without starting the program and finding out how often to loop.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/report/benchmark_table.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

/// A row on one system. Of one operation, as everything here.
struct ExecutedRow {
    struct Part {
        double times = 0;  ///< of exits
        double insns = 0, ticks = 0;
    };
    std::string system;
    std::string timing;
    u64 clock_hz = 0;
    double operations = 0;  ///< in the interval: its ticks are so many times those of the printed figure
    Part whole;
    /// By (kind of part, what): each kind adds up to the whole, but "exit", which adds up to the hypervisor's.
    std::map<std::pair<std::string, std::string>, Part> parts;
};

/// `once`, `twice`: runs that differ in how often the row is measured. Throws InputError when the second has no figure,
/// or not more ticks than the first.
ExecutedRow executed_row(const std::string& system, const BenchmarkRow& row, const BenchmarkRun& once,
                         const BenchmarkRun& twice);

PlainTable executed_table(const std::string& label, const std::vector<ExecutedRow>& systems);
Report executed_report(const std::string& label, const std::vector<ExecutedRow>& systems);

}  // namespace vtoll::core
