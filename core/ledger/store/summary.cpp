// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "core/ledger/store/exits.hpp"

namespace vtoll::core {

namespace {

double percent(u64 part, u64 whole) {
    return whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

std::string totals(const RunRecord& run) {
    const Counts machine = run.machine();
    u64 longest = 0;  // processors run side by side: time is that of the one furthest on
    for (const ProcessorRecord& cpu : run.cpus) longest = std::max(longest, cpu.machine.ticks);
    return fmt::format("{} instructions, {} ticks by '{}', {:.3f} ms at {} MHz\n", machine.insns, machine.ticks,
                       run.timing, static_cast<double>(longest) * 1e3 / static_cast<double>(run.clock_hz),
                       run.clock_hz / 1'000'000);
}

std::string where_the_time_went(const RunRecord& run) {
    struct Line {
        World world;
        Cause cause;
        Counts counts;
    };
    std::map<std::pair<World, Cause>, Counts> sums;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& a : cpu.accounts) {
            Counts& sum = sums[{a.world, a.cause}];
            sum.insns += a.insns;
            sum.ticks += a.ticks;
        }
    std::vector<Line> lines;
    for (const auto& [key, counts] : sums) lines.push_back({key.first, key.second, counts});
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& a, const Line& b) { return a.counts.ticks > b.counts.ticks; });

    const Counts machine = run.machine();
    std::string out = fmt::format("\n{:<11} {:<34}{:>15}{:>8}{:>15}{:>8}\n", "world", "why", "instructions", "share",
                                  "ticks", "share");
    for (const Line& l : lines)
        out += fmt::format("{:<11} {:<34}{:>15}{:>7.1f}%{:>15}{:>7.1f}%\n", name_of(l.world), describe(l.cause),
                           l.counts.insns, percent(l.counts.insns, machine.insns), l.counts.ticks,
                           percent(l.counts.ticks, machine.ticks));
    return out;
}

constexpr std::size_t most_rows = 20;

/// `turns`: what a figure of the line may be off by; absent on a machine of one processor.
std::string exit_line(const std::string& name, const Distribution& d, std::optional<double> error, u64 samples,
                      u64 ticks, std::optional<u64> turns) {
    return fmt::format("{:<44}{:>9}{:>8.1f}%{:>7.1f}%{:>9}{:>9}{:>11.1f}{:>8}{:>10}{}\n", name, d.n,
                       percent(d.n, samples), percent(d.sum, ticks), d.min, d.median, d.mean(),
                       error ? fmt::format("{:.2f}", *error) : "-", d.max, turns ? fmt::format("{:>9}", *turns) : "");
}

std::string exit_heads(const char* what, bool turns) {
    return fmt::format("\n{:<44}{:>9}{:>9}{:>8}{:>9}{:>9}{:>11}{:>8}{:>10}{}\n", what, "samples", "samples%", "time%",
                       "min", "median", "mean", "+-%", "max", turns ? "  +-turn" : "");
}

/// What exits that a host takes part in are made of: means.
std::string parts_of_exits(const std::vector<ExitRow>& rows) {
    std::string out;
    for (const ExitRow& row : rows) {
        if (!row.parts || !row.finished) continue;
        if (out.empty()) {
            out = fmt::format("\n{:<44}{:>9}", "exit through the host: mean ticks in", "samples");
            for (std::size_t i = 0; i < exit_parts; ++i)
                out += fmt::format("{:>13}", describe(static_cast<ExitPart>(i)));
            out += '\n';
        }
        out += fmt::format("{:<44}{:>9}", row.exit, row.ticks.n);
        for (const PartCost& part : *row.parts)
            out += fmt::format("{:>13.1f}", static_cast<double>(part.ticks) / static_cast<double>(row.ticks.n));
        out += '\n';
    }
    return out;
}

using Turns = std::function<std::optional<u64>(const ExitRow&)>;

/// One list of exits, with shares of its own.
std::string list_of_exits(const char* head, const std::vector<ExitRow>& rows, bool several, const Turns& turns) {
    if (rows.empty()) return {};
    const auto [samples, ticks] = exits_like(rows, rows.front());
    std::string out = exit_heads(head, several);
    u64 rest = 0, rest_ticks = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i < most_rows || rows.size() == most_rows + 1) {
            out += rows[i].finished
                       ? exit_line(rows[i].exit, rows[i].ticks, rows[i].error, samples, ticks, turns(rows[i]))
                       : fmt::format("{:<44}{:>9}{:>9}{:>7.1f}%  {} unfinished\n", rows[i].exit, "-", "-",
                                     percent(rows[i].ticks.sum, ticks), rows[i].ticks.n);
            continue;
        }
        rest += rows[i].samples();
        rest_ticks += rows[i].ticks.sum;
    }
    if (rest)
        out += fmt::format("{:<44}{:>9}{:>8.1f}%{:>7.1f}%  vtoll exits lists them\n",
                           fmt::format("{} kinds more", rows.size() - most_rows), rest, percent(rest, samples),
                           percent(rest_ticks, ticks));
    return out;
}

/// Where the time of exits went, by the phases file.
std::string phases_of_exits(const RunRecord& run) {
    if (!run.phases.divided(World::hypervisor)) return {};
    ExitSplit split;
    split[ExitAspect::phase] = true;
    std::map<std::string, u64> ticks;
    u64 whole = 0;
    for (const ExitRow& row : exit_rows(run, split)) {
        if (row.process || row.parts) continue;
        ticks[row.aspects[static_cast<std::size_t>(ExitAspect::phase)]] += row.ticks.sum;
        whole += row.ticks.sum;
    }
    std::vector<std::pair<std::string, u64>> lines(ticks.begin(), ticks.end());
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string out = fmt::format("\n{:<44}{:>15}{:>8}\n", "phase of exits", "ticks", "time%");
    for (const auto& [phase, sum] : lines)
        out += fmt::format("{:<44}{:>15}{:>7.1f}%\n", phase, sum, percent(sum, whole));
    return lines.empty() ? std::string() : out;
}

/// The table of `perf kvm stat`: entries to the hypervisor and back, by what they turned out to be.
std::string exits(const RunRecord& run) {
    std::vector<ExitRow> rows = exit_rows(run, {});
    if (rows.empty()) return {};
    const bool several = run.cpus.size() > 1;
    const Turns turns = [&](const ExitRow& row) { return several ? std::optional(row.turns) : std::nullopt; };
    const auto processes = std::stable_partition(rows.begin(), rows.end(), [](const ExitRow& r) { return !r.process; });
    const std::vector<ExitRow> of_processes(processes, rows.end());
    rows.erase(processes, rows.end());
    std::string out = list_of_exits("exit", rows, several, turns) + parts_of_exits(rows) +
                      list_of_exits("entry into the kernel in Hyp mode", of_processes, several, turns);
    if (const std::vector<ExitRow> totals = exit_totals(run); totals.size() > 1) {
        out += exit_heads("exits of", several);
        const auto whose = [hosted = run.hosted()](const ExitRow& row) {
            if (row.process) return std::string("processes of the host");
            return hosted && *row.vm == 0 ? std::string("the host itself") : fmt::format("VM {}", *row.vm);
        };
        for (const ExitRow& row : totals) {
            const auto [samples, ticks] = exits_like(row.process ? of_processes : rows, row);
            out += exit_line(fmt::format("{} on processor {}", whose(row), *row.cpu), row.ticks, row.error, samples,
                             ticks, turns(row));
        }
    }
    out += phases_of_exits(run);
    out += "min, median, mean, max: ticks of one exit, entry and return included; +-%: standard error of the mean\n";
    if (several) out += "+-turn: ticks that one exit may be off by, at most: processors take turns (docs/results.md)\n";
    if (!run.phases.divided(World::hypervisor))
        out += "the hypervisor's exits are not divided into phases: the scenario names no symbols and phases of it\n";
    return out;
}

}  // namespace

std::string run_summary(const RunRecord& run) {
    std::string out = totals(run) + where_the_time_went(run) + exits(run);
    for (std::size_t i = 0; i < run.cpus.size(); ++i)
        if (const Residue left = residue(run.cpus[i]); !left.zero())
            out += fmt::format(
                "\nThe books of processor {} don't add up: {} instructions and {} ticks are in no account\n", i,
                left.insns, left.ticks);
    return out;
}

}  // namespace vtoll::core
