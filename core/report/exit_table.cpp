// SPDX-License-Identifier: Apache-2.0
#include "core/report/exit_table.hpp"

#include <fmt/format.h>

#include <string_view>

namespace vtoll::core {

namespace {

double number(u64 value) { return static_cast<double>(value); }
double percent(u64 part, u64 whole) { return whole ? 100.0 * number(part) / number(whole) : 0.0; }

std::string accounts_of(const RunRecord& run) {
    const Counts machine = run.machine();
    Residue left;
    for (const ProcessorRecord& cpu : run.cpus) {
        left.insns += residue(cpu).insns;
        left.ticks += residue(cpu).ticks;
    }
    return fmt::format(
        "Scenario {}, {} MHz, timing '{}': {} instructions and {} ticks, of which {} and {} are in no account.",
        run.scenario, run.clock_hz / 1'000'000, run.timing, machine.insns, machine.ticks, left.insns, left.ticks);
}

}  // namespace

PlainTable exit_table(const RunRecord& run, ExitSplit split) {
    const std::vector<ExitRow> rows = exit_rows(run, split);
    u64 samples = 0, ticks = 0;
    for (const ExitRow& row : rows) {
        samples += row.ticks.n;
        ticks += row.ticks.sum;
    }
    PlainTable table;
    table.name = "exits";
    table.title = "Exits of " + run.scenario + (split.measured_only ? ", between its markers" : "");
    table.before = {accounts_of(run)};
    table.after = {
        "min, median, mean, max: ticks of one exit, entry and return included; sleep and what interrupted it are not.",
        "±%: standard error of the mean, in percent of it."};
    if (!run.phases.divided(World::hypervisor))
        table.after.push_back(
            "The scenario names no symbols and phases of the hypervisor: its exits are not divided into phases.");
    table.columns = {{"exit", "exit"}};
    if (split.cpu) table.columns.push_back({"cpu", "cpu"});
    if (split.vm) table.columns.push_back({"vm", "VM"});
    for (const char* key : {"samples", "samples%", "time%", "min", "median", "mean", "error%", "max", "instructions"})
        table.columns.push_back({key, std::string_view(key) == "error%" ? "±%" : key});
    for (const ExitRow& row : rows) {
        std::vector<Cell> cells{row.exit};
        if (split.cpu) cells.emplace_back(number(*row.cpu));
        if (split.vm) cells.emplace_back(number(*row.vm));
        for (double value : {number(row.ticks.n), percent(row.ticks.n, samples), percent(row.ticks.sum, ticks),
                             number(row.ticks.min), number(row.ticks.median), row.ticks.mean()})
            cells.emplace_back(value);
        if (row.error)
            cells.emplace_back(*row.error);
        else
            cells.emplace_back();
        cells.emplace_back(number(row.ticks.max));
        cells.emplace_back(number(row.insns.sum));
        table.rows.push_back(std::move(cells));
    }
    return table;
}

}  // namespace vtoll::core
