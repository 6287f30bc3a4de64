// SPDX-License-Identifier: Apache-2.0
#include "core/report/exit_table.hpp"

#include <fmt/format.h>

#include <string_view>

namespace vtoll::core {

namespace {

double number(u64 value) { return static_cast<double>(value); }
double percent(u64 part, u64 whole) { return whole ? 100.0 * number(part) / number(whole) : 0.0; }

std::string accounts_of(const LabelledRun& each, bool labelled) {
    const RunRecord& run = each.run;
    const Counts machine = run.machine();
    Residue left;
    for (const ProcessorRecord& cpu : run.cpus) {
        left.insns += residue(cpu).insns;
        left.ticks += residue(cpu).ticks;
    }
    return fmt::format(
        "{}Scenario {}, {} MHz, timing '{}': {} instructions and {} ticks, of which {} and {} are in no account.",
        labelled ? each.label + ": " : "", run.scenario, run.clock_hz / 1'000'000, run.timing, machine.insns,
        machine.ticks, left.insns, left.ticks);
}

void add_rows(PlainTable& table, const LabelledRun& each, ExitSplit split, bool labelled) {
    const std::vector<ExitRow> rows = exit_rows(each.run, split);
    u64 samples = 0, ticks = 0;
    for (const ExitRow& row : rows) {
        samples += row.ticks.n;
        ticks += row.ticks.sum;
    }
    for (const ExitRow& row : rows) {
        std::vector<Cell>& cells = table.rows.emplace_back();
        cells.emplace_back(row.exit);
        if (labelled) cells.emplace_back(each.label);
        if (split.cpu) cells.emplace_back(number(*row.cpu));
        if (split.vm) cells.emplace_back(number(*row.vm));
        for (double value : {number(row.ticks.n), percent(row.ticks.n, samples), percent(row.ticks.sum, ticks),
                             number(row.ticks.min), number(row.ticks.median), row.ticks.mean()})
            cells.emplace_back(value);
        if (row.error) cells.emplace_back(*row.error);
        else cells.emplace_back();
        cells.emplace_back(number(row.ticks.max));
        cells.emplace_back(number(row.insns.sum));
    }
}

}  // namespace

PlainTable exit_table(const std::vector<LabelledRun>& runs, ExitSplit split) {
    const bool labelled = runs.size() > 1;
    PlainTable table;
    table.name = "exits";
    table.title = split.measured_only ? "Exits between the markers" : "Exits";
    table.columns.push_back({"exit", "exit"});
    if (labelled) table.columns.push_back({"run", "run"});
    if (split.cpu) table.columns.push_back({"cpu", "cpu"});
    if (split.vm) table.columns.push_back({"vm", "VM"});
    for (const char* key : {"samples", "samples%", "time%", "min", "median", "mean", "error%", "max", "instructions"})
        table.columns.push_back({key, std::string_view(key) == "error%" ? "±%" : key});

    std::vector<std::string> black_boxes;
    for (const LabelledRun& each : runs) {
        table.before.push_back(accounts_of(each, labelled));
        add_rows(table, each, split, labelled);
        if (!each.run.phases.divided(World::hypervisor)) black_boxes.push_back(each.label);
    }
    table.after = {
        "min, median, mean, max: ticks of one exit, entry and return included; sleep and what interrupted it are not.",
        "±%: standard error of the mean, in percent of it."};
    if (!black_boxes.empty())
        table.after.push_back(fmt::format("{}: the scenario names no symbols and phases of the hypervisor, whose exits "
                                          "are not divided into phases.", fmt::join(black_boxes, ", ")));
    return table;
}

}  // namespace vtoll::core
