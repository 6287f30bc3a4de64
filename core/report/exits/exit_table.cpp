// SPDX-License-Identifier: Apache-2.0
#include "core/report/exits/exit_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/nearest.hpp"

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

/// Threads of a hypervisor or kernel, as the books saw them; nothing when there were none.
std::string contexts_of(const LabelledRun& each, bool labelled) {
    Contexts sum;
    for (const ProcessorRecord& cpu : each.run.cpus) {
        sum.parked += cpu.crossings.contexts.parked;
        sum.resumed += cpu.crossings.contexts.resumed;
        sum.abandoned += cpu.crossings.contexts.abandoned;
    }
    if (sum == Contexts{}) return {};
    return fmt::format(
        "{}Threads: {} times one gave way to another inside an exception; {} came back, {} never did. What runs in "
        "place of one is no part of its exception.",
        labelled ? each.label + ": " : "", sum.parked, sum.resumed, sum.abandoned);
}

class Exits {
public:
    /// `turns`: processors take turns in one of the runs. `unfinished`: the table has a column of them.
    /// `parts`: of those that a host takes part in.
    Exits(PlainTable& table, const LabelledRun& each, const std::vector<ExitRow>& rows, ExitSplit split,
          const std::string& event, bool labelled, bool turns, bool unfinished, bool parts)
        : table_(table),
          each_(each),
          split_(split),
          event_(event),
          labelled_(labelled),
          turns_(turns),
          unfinished_(unfinished),
          parts_(parts),
          rows_(rows) {}

    void add() {
        if (!split_.row) {
            add_exits(rows_, {});
            return;
        }
        for (unsigned cpu = 0; cpu < (split_.cpu ? each_.run.cpus.size() : 1); ++cpu)
            for (std::size_t row = 0; row < each_.run.rows.size(); ++row)
                add_row(static_cast<u8>(row), split_.cpu ? std::optional(cpu) : std::nullopt);
    }

private:
    /// A row of the run: its exits, then what else was done in it. All of it is what the processors counted.
    void add_row(u8 row, std::optional<unsigned> cpu) {
        std::vector<ExitRow> exits;
        std::copy_if(rows_.begin(), rows_.end(), std::back_inserter(exits),
                     [&](const ExitRow& exit) { return exit.row == row && exit.cpu == cpu; });
        if (split_.measured_only) {
            add_exits(exits, {});
            return;
        }
        const RowParts parts = row_parts(each_.run, row, cpu);
        const u64 whole = parts.counts.machine.ticks;
        if (!whole && exits.empty()) return;
        add_exits(exits, whole);
        if (!event_.empty()) return;
        const auto add_part = [&](const char* name, double insns, double ticks) {
            add_heads(name, row, cpu, {}, {});
            for (int i = 0; i < 2; ++i) table_.rows.back().emplace_back();
            table_.rows.back().emplace_back(whole ? 100.0 * ticks / number(whole) : 0.0);
            for (int i = 0; i < 5 + turns_ + unfinished_; ++i) table_.rows.back().emplace_back();
            table_.rows.back().emplace_back(ticks);
            table_.rows.back().emplace_back(insns);
        };
        for (const auto& [world, name] : {std::pair{World::user, "(user programs)"},
                                          {World::kernel, "(kernel)"},
                                          {World::hypervisor, "(hypervisor, outside exits)"},
                                          {World::host_user, "(host's programs)"},
                                          {World::host_kernel, "(host's kernel)"},
                                          {World::idle, "(sleep)"}}) {
            const RowCounts::Part& part = parts.counts.worlds[static_cast<std::size_t>(world)];
            if (!(part == RowCounts::Part{})) add_part(name, number(part.insns), number(part.ticks));
        }
        add_part("(in no account)", static_cast<double>(parts.residue.insns), static_cast<double>(parts.residue.ticks));
    }

    void add_heads(const std::string& exit, std::optional<u8> row, std::optional<unsigned> cpu, std::optional<u8> vm,
                   const std::array<std::string, exit_aspects>& aspects) {
        std::vector<Cell>& cells = table_.rows.emplace_back();
        if (split_.row) cells.emplace_back(*row == Rows::none ? "(no row)" : each_.run.rows[*row]);
        cells.emplace_back(exit);
        if (labelled_) cells.emplace_back(each_.label);
        const auto optional = [&](const auto& value) {
            value ? cells.emplace_back(number(*value)) : cells.emplace_back();
        };
        if (split_.cpu) optional(cpu);
        if (split_.vm) optional(vm);
        for (std::size_t i = 0; i < exit_aspects; ++i) {
            if (!split_.aspects[i]) continue;
            if (aspects[i].empty()) cells.emplace_back();
            else cells.emplace_back(aspects[i]);
        }
    }

    /// No samples of what such an exit costs: only the time that went there.
    void add_unfinished(std::vector<Cell>& cells, const ExitRow& exit, u64 whole) {
        for (int i = 0; i < 2; ++i) cells.emplace_back();
        cells.emplace_back(percent(exit.ticks.sum, whole));
        for (int i = 0; i < 5 + turns_; ++i) cells.emplace_back();
        cells.emplace_back(number(exit.ticks.n));
        if (split_.row) cells.emplace_back(number(exit.ticks.sum));
        cells.emplace_back(number(exit.insns.sum));
        add_parts(cells, exit);
    }

    /// Means.
    void add_parts(std::vector<Cell>& cells, const ExitRow& exit) {
        for (std::size_t i = 0; parts_ && i < exit_parts; ++i)
            if (exit.parts) cells.emplace_back(number((*exit.parts)[i].ticks) / number(exit.ticks.n));
            else cells.emplace_back();
    }

    /// Shares of time are of `whole`, by default of all these exits together.
    void add_exits(const std::vector<ExitRow>& exits, std::optional<u64> whole) {
        std::optional<ExitSums> sums[2];  // of a process's entries into its host's kernel, and of the others
        for (const ExitRow& exit : exits) {
            if (!event_.empty() && exit.exit != event_) continue;
            std::optional<ExitSums>& like = sums[exit.process];
            if (!like) like = exits_like(exits, exit);
            const auto [samples, ticks] = *like;
            add_heads(exit.exit, exit.row, exit.cpu, exit.vm, exit.aspects);
            std::vector<Cell>& cells = table_.rows.back();
            if (!exit.finished) {
                add_unfinished(cells, exit, whole.value_or(ticks));
                continue;
            }
            for (double value :
                 {number(exit.ticks.n), percent(exit.ticks.n, samples), percent(exit.ticks.sum, whole.value_or(ticks)),
                  number(exit.ticks.min), number(exit.ticks.median), exit.ticks.mean()})
                cells.emplace_back(value);
            if (exit.error) cells.emplace_back(*exit.error);
            else cells.emplace_back();
            cells.emplace_back(number(exit.ticks.max));
            if (turns_ && each_.run.cpus.size() > 1) cells.emplace_back(number(exit.turns));
            else if (turns_) cells.emplace_back();
            if (unfinished_) cells.emplace_back();
            if (split_.row) cells.emplace_back(number(exit.ticks.sum));
            cells.emplace_back(number(exit.insns.sum));
            add_parts(cells, exit);
        }
    }

    PlainTable& table_;
    const LabelledRun& each_;
    const ExitSplit split_;
    const std::string& event_;  ///< "": all
    const bool labelled_, turns_, unfinished_, parts_;
    const std::vector<ExitRow>& rows_;
};

/// Columns that say what a row is of.
void add_head_columns(PlainTable& table, ExitSplit split, bool labelled) {
    if (split.row) table.columns.push_back({"row", "row"});
    table.columns.push_back({"exit", "exit"});
    if (labelled) table.columns.push_back({"run", "run"});
    if (split.cpu) table.columns.push_back({.key = "cpu", .head = "cpu", .count = true, .names = true});
    if (split.vm) table.columns.push_back({.key = "vm", .head = "VM", .count = true, .names = true});
    for (std::size_t i = 0; i < exit_aspects; ++i) {
        const std::string name(name_of(static_cast<ExitAspect>(i)));
        if (split.aspects[i]) table.columns.push_back({name, name});
    }
}

/// Throws InputError when no run has such an exit.
void expect_event(const std::string& event, const std::vector<std::string>& names) {
    if (event.empty() || std::ranges::find(names, event) != names.end()) return;
    throw InputError(fmt::format("--event '{}': no such exit{}; vtoll exits without --event lists them", event,
                                 did_you_mean(event, names)));
}

}  // namespace

PlainTable exit_table(const std::vector<LabelledRun>& runs, ExitSplit split, const std::string& event) {
    std::vector<std::vector<ExitRow>> rows;
    std::vector<std::string> names;
    for (const LabelledRun& each : runs)
        for (const ExitRow& row : rows.emplace_back(exit_rows(each.run, split))) names.push_back(row.exit);
    expect_event(event, names);
    const bool labelled = runs.size() > 1;
    const bool turns = std::ranges::any_of(runs, [](const LabelledRun& each) { return each.run.cpus.size() > 1; });
    const bool unfinished = std::ranges::any_of(
        rows, [](const std::vector<ExitRow>& of_run) { return !std::ranges::all_of(of_run, &ExitRow::finished); });
    const bool parts = std::ranges::any_of(rows, [](const std::vector<ExitRow>& of_run) {
        return std::ranges::any_of(of_run, [](const ExitRow& row) { return row.parts.has_value(); });
    });
    PlainTable table;
    table.name = "exits";
    table.title = split.measured_only ? "Exits between the markers" : "Exits";
    add_head_columns(table, split, labelled);
    struct Head {
        const char *key, *head;
        bool shown = true, count = true;
    };
    for (const Head& head : {Head{"exits", "exits"},
                             {"exits_percent", "exits%", true, false},
                             {"time_percent", "time%", true, false},
                             {"min", "ticks of one\nmin"},
                             {"median", "ticks of one\nmedian"},
                             {"mean", "ticks of one\nmean", true, false},
                             {"error_percent", "ticks of one\n±%", true, false},
                             {"max", "ticks of one\nmax"},
                             {"turns", "ticks of one\n± turn", turns},
                             {"unfinished", "unfinished", unfinished},
                             {"ticks", "ticks", split.row},
                             {"instructions", "instructions"}})
        if (head.shown) table.columns.push_back({.key = head.key, .head = head.head, .count = head.count});
    for (std::size_t i = 0; parts && i < exit_parts; ++i) {
        const auto part = static_cast<ExitPart>(i);
        table.columns.push_back({std::string(name_of(part)), std::string(describe(part))});
    }

    std::vector<std::string> black_boxes, contexts;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const LabelledRun& each = runs[i];
        table.before.push_back(accounts_of(each, labelled));
        Exits(table, each, rows[i], split, event, labelled, turns, unfinished, parts).add();
        if (!each.run.phases.divided(World::hypervisor)) black_boxes.push_back(each.label);
        if (std::string line = contexts_of(each, labelled); !line.empty()) contexts.push_back(std::move(line));
    }
    table.after = {"Ticks of one exit: entry and return included; sleep and what interrupted it are not.",
                   "±%: standard error of the mean, in percent of it."};
    if (split.in_parts())
        table.after.push_back(
            "A row is a part of an exit: its min, median, mean and max are of all exits of that name, those without it "
            "too; its time% is of all exits.");
    if (turns) table.after.push_back("± turn: ticks that one exit may be off by, at most, as processors take turns.");
    if (split.row && !split.measured_only)
        table.after.push_back("time%: of the row, which its exits and the lines in brackets make up.");
    if (unfinished)
        table.after.push_back(
            "unfinished: the run ended in it, or another exception's return left it; it is no sample.");
    if (parts)
        table.after.push_back(
            "way in, host kernel, host user, way back: mean ticks of these parts of an exit, from a machine's trap "
            "until "
            "it runs again.");
    table.after.insert(table.after.end(), contexts.begin(), contexts.end());
    if (!black_boxes.empty())
        table.after.push_back(
            fmt::format("{}: the scenario names no symbols and phases of the hypervisor, whose exits "
                        "are not divided into phases.",
                        fmt::join(black_boxes, ", ")));
    return table;
}

PlainTable function_table(const std::vector<LabelledRun>& runs, ExitSplit split, const std::string& event) {
    PlainTable table;
    table.name = "exits";
    table.title = "Functions of exits";
    add_head_columns(table, split, runs.size() > 1);
    for (const PlainTable::Column& column :
         std::initializer_list<PlainTable::Column>{{.key = "exits", .head = "exits", .count = true},
                                                   {.key = "time_percent", .head = "time%"},
                                                   {.key = "mean", .head = "ticks of one"},
                                                   {.key = "ticks", .head = "ticks", .count = true},
                                                   {.key = "instructions", .head = "instructions", .count = true}})
        table.columns.push_back(column);
    std::vector<std::string> names;
    for (const LabelledRun& each : runs) {
        const std::vector<FunctionRow> rows = function_rows(each.run, each.functions, split);
        u64 whole = 0;
        for (const FunctionRow& row : rows) whole += row.ticks;
        for (const FunctionRow& row : rows) {
            names.push_back(row.exit);
            if (!event.empty() && row.exit != event) continue;
            std::vector<Cell>& cells = table.rows.emplace_back();
            cells.emplace_back(row.exit);
            if (runs.size() > 1) cells.emplace_back(each.label);
            if (split.cpu) cells.emplace_back(number(*row.cpu));
            if (split.vm) cells.emplace_back(number(*row.vm));
            for (std::size_t i = 0; i < exit_aspects; ++i)
                if (split.aspects[i]) cells.emplace_back(row.aspects[i]);
            cells.emplace_back(number(row.samples));
            cells.emplace_back(percent(row.ticks, whole));
            if (row.samples) cells.emplace_back(number(row.ticks) / number(row.samples));
            else cells.emplace_back();
            cells.emplace_back(number(row.ticks));
            cells.emplace_back(number(row.insns));
        }
        table.before.push_back(accounts_of(each, runs.size() > 1));
    }
    expect_event(event, names);
    table.after = {"samples: exits of that name, finished or not; mean: ticks of the function in one of them.",
                   "time%: of all exits."};
    return table;
}

}  // namespace vtoll::core
