// SPDX-License-Identifier: Apache-2.0
#include "core/report/benchmark_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace vtoll::core {

namespace {

using Quantity = BenchmarkRow::Quantity;

const std::string not_measured = "not measured", failed = "failed";
const Cell nothing;

std::optional<double> printed(const std::string& expression, const std::string& console) {
    const std::regex wanted(expression);
    std::istringstream lines(console);
    std::smatch found;
    for (std::string line; std::getline(lines, line);) {
        std::erase(line, '\r');
        if (std::regex_search(line, found, wanted)) return std::stod(found[1]);
    }
    return std::nullopt;
}

/// Per cent of the time between the markers DBG #3 and DBG #4 in which the processor did not sleep.
double load_of(const RunRecord& run) {
    u64 ticks = 0, idle = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples) {
            ticks += s.total.ticks;
            idle += s.idle;
        }
    if (ticks == 0) throw InputError("no sample: the markers around the row were not passed");
    return 100 * static_cast<double>(ticks - idle) / static_cast<double>(ticks);
}

/// Microseconds per KiB: so many KiB/s has a throughput in 10^6 bit/s, 1e6 / 8 / 1024 each.
double cost_of(double load, double throughput) { return load / 100 * 8 * 1024 / throughput; }

/// By what a replay has of one operation.
double figure_of_trace(Quantity quantity, const BenchmarkRun& run, double cycles) {
    const double us = cycles / static_cast<double>(run.books.clock_hz) * 1e6;
    if (quantity == Quantity::time) return us;
    if (run.bytes == 0 || cycles == 0)
        throw InputError("the trace's row does not say how many bytes an operation carries");
    const double throughput = run.bytes * 8 / us, load = 100 * (cycles - run.idle) / cycles;
    if (quantity == Quantity::throughput) return throughput;
    return quantity == Quantity::load ? load : cost_of(load, throughput);
}

/// What the second costs more than the first, in per cent: what is good is less of.
Cell percent_more(Quantity quantity, double native, double other) {
    if (native == 0) return nothing;
    const double more = 100 * (other - native) / native;
    return quantity == Quantity::throughput ? -more : more;
}

/// Adds a machine's columns, and its cells to the rows.
class MachineColumns {
public:
    MachineColumns(const BenchmarkTable& table, const BenchmarkRuns& runs, PlainTable& out)
        : table_(table), runs_(runs), out_(out) {}

    void add(const BenchmarkMachine& machine, unsigned grid) {
        const bool cycles = !table_.overhead_cycles.empty();
        std::vector<std::vector<Cell>> measured;  // row by row, as failures are told
        for (const BenchmarkRow& row : table_.rows)
            for (auto& cells = measured.emplace_back(); const BenchmarkSystem& system : machine.systems)
                cells.push_back(measure(system, row));
        const auto key_of = [&](const BenchmarkSystem& system) { return machine.name + "_" + system.name; };
        for (const BenchmarkSystem& system : machine.systems) {
            const auto add = [&](const char* key, const char* head, PlainTable::Style style) {
                out_.columns.push_back({key_of(system) + key, fmt::format("{}\n{}", system.name, head), grid, style});
            };
            const auto add_difference = [&](const char* key, const char* head, PlainTable::Style style, auto amount) {
                add(key, head, style);
                out_.columns.back().difference = {key_of(machine.systems[0]), key_of(system), amount};
            };
            add("", cycles ? "us" : "", PlainTable::Style::significant);
            out_.columns.back().measured = true;
            const auto number = static_cast<std::size_t>(&system - machine.systems.data());
            for (std::size_t i = 0; i < table_.rows.size(); ++i) out_.rows[i].push_back(measured[i][number]);
            if (number == 0) continue;
            if (cycles)
                add_difference("_overhead_cycles", "+cycles", PlainTable::Style::whole,
                               [mhz = clocks_mhz(system)](std::size_t row, double native, double other) {
                                   return Cell((other - native) * mhz[row]);
                               });
            add_difference("_overhead_percent", "%", PlainTable::Style::plain,
                           [rows = table_.rows](std::size_t row, double native, double other) {
                               return percent_more(rows[row].quantity, native, other);
                           });
            for (std::vector<Cell>& cells : out_.rows) cells.resize(out_.columns.size());
        }
    }

private:
    Cell measure(const BenchmarkSystem& system, const BenchmarkRow& row) {
        if (system.source().empty()) return not_measured;
        const BenchmarkRuns::Key key{system.source(), row.run};
        std::string why = "was not run";
        if (const auto failure = runs_.failures.find(key); failure != runs_.failures.end()) why = failure->second;
        if (const auto run = runs_.runs.find(key); run != runs_.runs.end()) {
            try {
                return figure_of(row, run->second);
            } catch (const InputError& error) {
                why = error.what();
            }
        } else if (!system.trace.empty() && !runs_.failures.count(key)) {
            return not_measured;  // no trace is had of this row
        }
        const std::string failure = fmt::format("{}, {}: {}", system.source(), row.run, why);
        if (std::find(out_.failures.begin(), out_.failures.end(), failure) == out_.failures.end())
            out_.failures.push_back(failure);
        return failed;
    }

    /// Of the machine in each row's run, 0 where there is none.
    std::vector<double> clocks_mhz(const BenchmarkSystem& system) const {
        std::vector<double> clocks;
        for (const BenchmarkRow& row : table_.rows) {
            const auto run = runs_.runs.find({system.source(), row.run});
            clocks.push_back(run == runs_.runs.end() ? 0 : static_cast<double>(run->second.books.clock_hz) / 1e6);
        }
        return clocks;
    }

    const BenchmarkTable& table_;
    const BenchmarkRuns& runs_;
    PlainTable& out_;
};

}  // namespace

double figure_of(const BenchmarkRow& row, const BenchmarkRun& run) {
    if (run.cycles) return figure_of_trace(row.quantity, run, *run.cycles);
    if (row.quantity == Quantity::load) return load_of(run.books);
    const auto figure = printed(row.figure, run.console);
    if (!figure || *figure <= 0)
        throw InputError(fmt::format("no figure on the console; expected a line '{}'", row.figure));
    return row.quantity == Quantity::cost ? cost_of(load_of(run.books), *figure) : *figure;
}

PlainTable benchmark_table(const BenchmarkTable& table, const PublishedTable& published, const BenchmarkRuns& runs) {
    PlainTable out;
    out.name = table.name;
    out.title = table.title;
    out.after = {table.citation, table.note};
    out.columns = {{"benchmark", "benchmark"}};
    for (const BenchmarkRow& row : table.rows) out.rows.push_back({row.label});

    unsigned grid = 0;
    MachineColumns machines(table, runs, out);
    for (const BenchmarkMachine& machine : table.machines) {
        out.grid_titles.push_back(machine.title);
        if (machine.published) {
            const bool cycles = !table.overhead_cycles.empty();
            const auto add = [&](const char* key, const char* head, const std::string& column,
                                 PlainTable::Style style) {
                out.columns.push_back(
                    {fmt::format("published_{}", key), fmt::format("published\n{}", head), grid, style});
                for (std::size_t i = 0; i < table.rows.size(); ++i)
                    out.rows[i].emplace_back(std::stod(published.field(table.rows[i].label, column)));
            };
            add("native", "native", table.native, PlainTable::Style::exact);
            add("virtualized", "para", table.virtualized, PlainTable::Style::exact);
            if (cycles) add("overhead_cycles", "+cycles", table.overhead_cycles, PlainTable::Style::whole);
            add("overhead_percent", "%", table.overhead_percent, PlainTable::Style::exact);
        }
        machines.add(machine, grid++);
    }
    derive(out);
    return out;
}

}  // namespace vtoll::core
