// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace vtoll::core {

namespace {

double percent(u64 part, u64 whole) { return whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0; }

std::string totals(const RunRecord& run) {
    const Counts machine = run.machine();
    u64 longest = 0;  // processors run side by side: time is that of the one furthest on
    for (const ProcessorRecord& cpu : run.cpus) longest = std::max(longest, cpu.machine.ticks);
    return fmt::format("{} instructions, {} ticks by '{}', {:.3f} ms at {} MHz\n", machine.insns, machine.ticks, run.timing,
                       static_cast<double>(longest) * 1e3 / static_cast<double>(run.clock_hz), run.clock_hz / 1'000'000);
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
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.counts.ticks > b.counts.ticks; });

    const Counts machine = run.machine();
    std::string out = fmt::format("\n{:<11} {:<34}{:>15}{:>8}{:>15}{:>8}\n", "world", "why", "instructions", "share", "ticks", "share");
    for (const Line& l : lines)
        out += fmt::format("{:<11} {:<34}{:>15}{:>7.1f}%{:>15}{:>7.1f}%\n", name_of(l.world), describe(l.cause), l.counts.insns,
                           percent(l.counts.insns, machine.insns), l.counts.ticks, percent(l.counts.ticks, machine.ticks));
    return out;
}

/// The table of `perf kvm stat`: entries to the hypervisor and back, by what they turned out to be.
std::string exits(const RunRecord& run) {
    std::vector<EpisodeGroup> groups = group_episodes(run, false);
    std::erase_if(groups, [](const EpisodeGroup& g) { return g.world != World::hypervisor; });
    if (groups.empty()) return {};
    std::stable_sort(groups.begin(), groups.end(),
                     [](const EpisodeGroup& a, const EpisodeGroup& b) { return a.ticks.sum > b.ticks.sum; });
    u64 samples = 0, ticks = 0;
    for (const EpisodeGroup& g : groups) {
        samples += g.ticks.n;
        ticks += g.ticks.sum;
    }
    std::string out = fmt::format("\n{:<34}{:>10}{:>9}{:>8}{:>10}{:>10}{:>12}{:>10}\n", "exit", "samples", "samples%", "time%",
                                  "min", "median", "mean", "max");
    for (const EpisodeGroup& g : groups)
        out += fmt::format("{:<34}{:>10}{:>8.1f}%{:>7.1f}%{:>10}{:>10}{:>12.1f}{:>10}\n", describe(g.cause), g.ticks.n,
                           percent(g.ticks.n, samples), percent(g.ticks.sum, ticks), g.ticks.min, g.ticks.median,
                           g.ticks.mean(), g.ticks.max);
    return out + "min, median, mean, max: ticks of one exit, entry and return included\n";
}

}  // namespace

std::string run_summary(const RunRecord& run) {
    std::string out = totals(run) + where_the_time_went(run) + exits(run);
    for (std::size_t i = 0; i < run.cpus.size(); ++i)
        if (const Residue left = residue(run.cpus[i]); !left.zero())
            out += fmt::format("\nThe books of processor {} don't add up: {} instructions and {} ticks are in no account\n", i,
                               left.insns, left.ticks);
    return out;
}

}  // namespace vtoll::core
