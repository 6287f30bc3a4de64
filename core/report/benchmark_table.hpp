// SPDX-License-Identifier: Apache-2.0
// Tables of benchmark programs that print figures themselves: lmbench and netperf on Linux, published beside measured.
// What is run and where its figure stands is data: reports/tables/lmbench.toml.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/plain_table.hpp"
#include "core/report/published.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

struct BenchmarkRow {
    enum class Quantity : u8 {
        time,        ///< microseconds, printed
        throughput,  ///< 10^6 bit/s, printed
        load,        ///< per cent of the time between the row's markers in which the processor did not sleep
        cost,        ///< microseconds per KiB: by load and throughput
    };
    std::string label;   ///< row of the published table
    std::string run;     ///< what the guest calls it
    std::string figure;  ///< regular expression of the line with the printed figure, its first group
    Quantity quantity = Quantity::time;

    void declare(Keys& keys);
    bool operator==(const BenchmarkRow&) const = default;
};

/// One configuration of a machine. The first of a machine is what the others are compared with.
struct BenchmarkSystem {
    std::string name;
    std::string scenario;  ///< "": no run measures it
    std::string bootargs;  ///< key of the scenario that has the guest's command line: "machine.bootargs"
    std::string trace;     ///< "native", "para": a recorded trace's replay measures it (docs/trace-replay.md)
    /// The first part of its runs' keys. "": nothing measures it.
    std::string source() const { return trace.empty() ? scenario : "trace, " + trace; }
    /// Overrides of the scenario that make the guest do `what`: words that its /init reads from the console, so that
    /// all rows start at the same moment of the same boot (docs/stock.md).
    std::vector<std::string> overrides_for(const std::string& what) const;

    void declare(Keys& keys);
    bool operator==(const BenchmarkSystem&) const = default;
};

struct BenchmarkMachine {
    std::string name, title;
    bool published = false;  ///< the published figures are of such a machine
    std::string port;        ///< of the microvisor, of traces
    std::vector<BenchmarkSystem> systems;

    void declare(Keys& keys);
    bool operator==(const BenchmarkMachine&) const = default;
};

struct BenchmarkTable : TableHeading {
    static constexpr const char* kind_name = "benchmarks";
    unsigned row_columns = 1;  ///< of the published table, whose fields are a row's label, with ", " between them
    std::string native, virtualized, overhead_cycles,
        overhead_percent;  ///< its columns; cycles: "" when there are none
    std::vector<BenchmarkMachine> machines;
    std::vector<BenchmarkRow> rows;
    std::optional<unsigned> enough = {};  ///< microseconds of the interval that lmbench measures, where not /init's
    /// What /init is told in order to measure the row: words of docs/stock.md.
    std::string words_for(const BenchmarkRow& row) const;

    void declare(Keys& keys);
};

/// One run: a row of a system.
struct BenchmarkRun {
    RunRecord books;
    std::string console;
    std::optional<double> cycles = {};  ///< of one operation, by a trace: nothing was printed
    double bytes = 0, idle = 0;         ///< that it carries, cycles that it sleeps
};
struct BenchmarkRuns {
    using Key = std::pair<std::string, std::string>;  ///< BenchmarkSystem::source(), BenchmarkRow::run
    std::map<Key, BenchmarkRun> runs;
    std::map<Key, std::string> failures;
};

/// The row's figure; of a trace, by the cycles of an operation. Throws InputError when the run has none.
double figure_of(const BenchmarkRow& row, const BenchmarkRun& run);

PlainTable benchmark_table(const BenchmarkTable& table, const PublishedTable& published, const BenchmarkRuns& runs);

}  // namespace vtoll::core
