// SPDX-License-Identifier: Apache-2.0
#include "core/report/exits/run_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "core/ledger/store/exits.hpp"
#include "core/ledger/store/words.hpp"

namespace vtoll::core {

namespace {

constexpr std::size_t most_rows = 20;

std::string percent(u64 part, u64 whole) {
    return fmt::format("{:.1f}%", whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0);
}

std::string totals(const RunRecord& run) {
    const Counts machine = run.machine();
    u64 longest = 0;  // processors run side by side: time is that of the one furthest on
    for (const ProcessorRecord& cpu : run.cpus) longest = std::max(longest, cpu.machine.ticks);
    return fmt::format("{} instructions, {} ticks by '{}', {:.3f} ms at {} MHz", machine.insns, machine.ticks,
                       run.timing, static_cast<double>(longest) * 1e3 / static_cast<double>(run.clock_hz),
                       run.clock_hz / 1'000'000);
}

Section where_the_time_went(const RunRecord& run) {
    std::map<std::pair<World, Cause>, Counts> sums;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts) {
            Counts& sum = sums[{a.world, a.cause}];
            sum.insns += a.insns;
            sum.ticks += a.ticks;
        }
    std::vector<std::pair<std::pair<World, Cause>, Counts>> lines(sums.begin(), sums.end());
    std::ranges::stable_sort(lines, [](const auto& a, const auto& b) { return a.second.ticks > b.second.ticks; });
    const Counts machine = run.machine();
    Grid grid{{"world: why", "instructions", "share", "ticks", "share"}, {}};
    for (const auto& [whose, counts] : lines)
        grid.rows.push_back({account_name(whose.first, whose.second), std::to_string(counts.insns),
                             percent(counts.insns, machine.insns), std::to_string(counts.ticks),
                             percent(counts.ticks, machine.ticks)});
    return {"", {}, std::move(grid), {}};
}

/// Shares of a list of exits are of the whole list.
class ExitList {
public:
    /// `turns`: the machine has several processors, whose exits may be off by turns.
    ExitList(const char* head, bool turns) : turns_(turns) {
        grid_.heads = {head,
                       "exits",
                       "exits%",
                       "time%",
                       "ticks of one\nmin",
                       "ticks of one\nmedian",
                       "ticks of one\nmean",
                       "ticks of one\n±%",
                       "ticks of one\nmax"};
        if (turns) grid_.heads.emplace_back("ticks of one\n± turn");
    }
    void add(const std::string& name, const ExitRow& row, const ExitSums& of) {
        const Distribution& d = row.ticks;
        if (row.finished) {
            line({name, std::to_string(d.n), percent(d.n, of.samples), percent(d.sum, of.ticks), std::to_string(d.min),
                  std::to_string(d.median), fmt::format("{:.1f}", d.mean()),
                  row.error ? fmt::format("{:.2f}", *row.error) : "-", std::to_string(d.max)});
            if (turns_) grid_.rows.back().back() = std::to_string(row.turns);
            return;
        }
        line({fmt::format("{} ({} unfinished)", name, d.n), "-", "-", percent(d.sum, of.ticks)});
    }
    void rest(std::size_t kinds, u64 samples, u64 ticks, const ExitSums& of) {
        line({fmt::format("{} kinds more: vtoll exits", kinds), std::to_string(samples), percent(samples, of.samples),
              percent(ticks, of.ticks)});
    }
    Section section() && { return {"", {}, std::move(grid_), {}}; }

private:
    void line(std::vector<std::string> cells) {
        cells.resize(grid_.heads.size());
        grid_.rows.push_back(std::move(cells));
    }
    Grid grid_;
    bool turns_;
};

Section list_of_exits(const char* head, const std::vector<ExitRow>& rows, bool turns) {
    ExitList list(head, turns);
    const ExitSums of = exits_like(rows, rows.front());
    u64 rest = 0, rest_ticks = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i < most_rows || rows.size() == most_rows + 1) {
            list.add(rows[i].exit, rows[i], of);
            continue;
        }
        rest += rows[i].samples();
        rest_ticks += rows[i].ticks.sum;
    }
    if (rest) list.rest(rows.size() - most_rows, rest, rest_ticks, of);
    return std::move(list).section();
}

/// What exits that a host takes part in are made of: means.
std::optional<Section> parts_of_exits(const std::vector<ExitRow>& rows) {
    Grid grid{{"exit through the host", "exits"}, {}};
    for (std::size_t i = 0; i < exit_parts; ++i)
        grid.heads.push_back(fmt::format("mean ticks in\n{}", describe(static_cast<ExitPart>(i))));
    for (const ExitRow& row : rows) {
        if (!row.parts || !row.finished) continue;
        auto& line = grid.rows.emplace_back(std::vector<std::string>{row.exit, std::to_string(row.ticks.n)});
        for (const PartCost& part : *row.parts)
            line.push_back(fmt::format("{:.1f}", static_cast<double>(part.ticks) / static_cast<double>(row.ticks.n)));
    }
    if (grid.rows.empty()) return std::nullopt;
    return Section{"", {}, std::move(grid), {}};
}

/// Where the time of exits went, by the phases file.
std::optional<Section> phases_of_exits(const RunRecord& run) {
    if (!run.phases.divided(World::hypervisor)) return std::nullopt;
    ExitSplit split;
    split[ExitAspect::phase] = true;
    std::map<std::string, u64> ticks;
    u64 whole = 0;
    for (const ExitRow& row : exit_rows(run, split)) {
        if (row.process || row.parts) continue;
        ticks[row.aspects[static_cast<std::size_t>(ExitAspect::phase)]] += row.ticks.sum;
        whole += row.ticks.sum;
    }
    if (ticks.empty()) return std::nullopt;
    std::vector<std::pair<std::string, u64>> lines(ticks.begin(), ticks.end());
    std::ranges::stable_sort(lines, [](const auto& a, const auto& b) { return a.second > b.second; });
    Grid grid{{"phase of exits", "ticks", "time%"}, {}};
    for (const auto& [phase, sum] : lines) grid.rows.push_back({phase, std::to_string(sum), percent(sum, whole)});
    return Section{"", {}, std::move(grid), {}};
}

/// By virtual machine and processor, where there are several.
std::optional<Section> totals_of_exits(const RunRecord& run, const std::vector<ExitRow>& rows,
                                       const std::vector<ExitRow>& of_processes, bool turns) {
    const std::vector<ExitRow> totals = exit_totals(run);
    if (totals.size() < 2) return std::nullopt;
    ExitList list("exits of", turns);
    const auto whose = [hosted = run.hosted()](const ExitRow& row) {
        if (row.process) return std::string("processes of the host");
        return hosted && *row.vm == 0 ? std::string("the host itself") : fmt::format("VM {}", *row.vm);
    };
    for (const ExitRow& row : totals)
        list.add(fmt::format("{} on processor {}", whose(row), *row.cpu), row,
                 exits_like(row.process ? of_processes : rows, row));
    return std::move(list).section();
}

/// The table of `perf kvm stat`: entries to the hypervisor and back, by what they turned out to be.
void add_exits(Report& report, const RunRecord& run) {
    std::vector<ExitRow> rows = exit_rows(run, {});
    if (rows.empty()) return;
    const bool turns = run.cpus.size() > 1;
    const auto processes = std::stable_partition(rows.begin(), rows.end(), [](const ExitRow& r) { return !r.process; });
    const std::vector<ExitRow> of_processes(processes, rows.end());
    rows.erase(processes, rows.end());
    const auto add = [&](std::optional<Section> section) {
        if (section) report.sections.push_back(std::move(*section));
    };
    if (!rows.empty()) add(list_of_exits("exit", rows, turns));
    add(parts_of_exits(rows));
    if (!of_processes.empty()) add(list_of_exits("entry into the kernel in Hyp mode", of_processes, turns));
    add(totals_of_exits(run, rows, of_processes, turns));
    add(phases_of_exits(run));
    std::vector<std::string>& after = report.sections.back().after;
    after.push_back("Ticks of one exit: entry and return included. ±%: standard error of the mean.");
    if (turns)
        after.push_back("± turn: ticks that one exit may be off by, at most: processors take turns (docs/results.md).");
    if (!run.phases.divided(World::hypervisor))
        after.push_back("Exits are not divided into phases: no phases file (docs/phases.md).");
}

}  // namespace

Report run_summary(const RunRecord& run) {
    Report report{totals(run), {where_the_time_went(run)}};
    add_exits(report, run);
    for (std::size_t i = 0; i < run.cpus.size(); ++i)
        if (const Residue left = residue(run.cpus[i]); !left.zero())
            report.sections.push_back({"",
                                       {fmt::format("The books of processor {} don't add up: {} instructions and {} "
                                                    "ticks are in no account.",
                                                    i, left.insns, left.ticks)},
                                       {},
                                       {}});
    return report;
}

}  // namespace vtoll::core
