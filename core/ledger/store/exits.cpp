// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/exits.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace vtoll::core {

namespace {

using NameOf = std::function<std::string(const EpisodeKind&)>;

std::vector<ExitRow> grouped(const RunRecord& run, ExitSplit split, const NameOf& name_of) {
    struct Values {
        std::vector<Counted> insns, ticks;
        std::optional<PartCosts> parts;
        u64 turns = 0;
    };
    std::map<std::tuple<unsigned, u8, u8, bool, bool, std::string>, Values> groups;
    const auto group = [&](unsigned cpu, const EpisodeKind& kind) -> Values& {
        return groups[{split.cpu ? cpu : 0, split.row ? kind.row : u8{0}, split.vm ? kind.payer() : u8{0},
                       kind.role == EntryRole::process, !kind.finished, name_of(kind)}];
    };
    const auto listed = [&](const EpisodeKind& kind) {
        if (split.measured_only && !kind.measured) return false;
        if (split.row) return kind.world == World::hypervisor;
        return kind.role == EntryRole::process || (kind.world == World::hypervisor && kind.role == EntryRole::whole);
    };
    for (unsigned cpu = 0; cpu < run.cpus.size(); ++cpu)
        for (const EpisodeRow& row : run.cpus[cpu].episodes) {
            if (!listed(row.kind)) continue;
            Values& v = group(cpu, row.kind);
            v.insns.push_back({row.kind.insns(), row.count});
            v.ticks.push_back({row.kind.ticks(), row.count});
            v.turns = std::max<u64>(v.turns, row.kind.turns);
        }
    for (unsigned cpu = 0; cpu < run.cpus.size() && !split.row; ++cpu)
        for (const HostExitRow& row : run.cpus[cpu].host_exits) {
            if (split.measured_only && !row.kind.measured) continue;
            EpisodeKind whole = row.kind;  // its name is not the way in's
            whole.role = EntryRole::whole;
            Values& v = group(cpu, whole);
            v.insns.push_back({row.insns(), row.count});
            v.ticks.push_back({row.ticks(), row.count});
            v.turns = std::max<u64>(v.turns, row.kind.turns);
            if (!v.parts) v.parts.emplace();
            add_parts(*v.parts, row);
        }
    std::vector<ExitRow> rows;
    for (auto& [key, v] : groups) {
        const auto& [cpu, row, vm, process, unfinished, name] = key;
        const auto error = relative_error(v.ticks);
        rows.push_back({name, split.cpu ? std::optional(cpu) : std::nullopt,
                        split.vm ? std::optional(vm) : std::nullopt, split.row ? std::optional(row) : std::nullopt,
                        !unfinished, distribution(std::move(v.insns)), distribution(std::move(v.ticks)), error, v.parts,
                        process, v.turns});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const ExitRow& a, const ExitRow& b) {
        return std::tuple(a.cpu, a.row, a.vm, a.process, !a.finished, b.ticks.sum) <
               std::tuple(b.cpu, b.row, b.vm, b.process, !b.finished, a.ticks.sum);
    });
    return rows;
}

}  // namespace

std::vector<ExitRow> exit_rows(const RunRecord& run, ExitSplit split) {
    const ExitNames names = exit_names(run);
    return grouped(run, split, [&](const EpisodeKind& kind) { return names.of(kind); });
}

std::vector<ExitRow> exit_totals(const RunRecord& run) {
    std::vector<ExitRow> totals =
        grouped(run, {.vm = true, .cpu = true}, [](const EpisodeKind&) { return std::string(); });
    std::erase_if(totals, [](const ExitRow& row) { return !row.finished; });
    return totals;
}

ExitSums exits_like(const std::vector<ExitRow>& rows, const ExitRow& row) {
    ExitSums sums;
    for (const ExitRow& each : rows) {
        if (each.process != row.process) continue;
        sums.samples += each.samples();
        sums.ticks += each.ticks.sum;
    }
    return sums;
}

RowParts row_parts(const RunRecord& run, u8 row, std::optional<unsigned> only) {
    RowParts parts;
    const auto add = [](RowCounts::Part& to, const RowCounts::Part& more) {
        to.insns += more.insns;
        to.ticks += more.ticks;
    };
    RowCounts::Part in_parts;
    for (unsigned i = 0; i < run.cpus.size(); ++i) {
        const ProcessorRecord& cpu = run.cpus[i];
        if ((only && *only != i) || row >= cpu.rows.size()) continue;
        add(parts.counts.machine, cpu.rows[row].machine);
        for (std::size_t w = 0; w < parts.counts.worlds.size(); ++w) {
            add(parts.counts.worlds[w], cpu.rows[row].worlds[w]);
            add(in_parts, cpu.rows[row].worlds[w]);
        }
        for (const EpisodeRow& exit : cpu.episodes)
            if (exit.kind.world == World::hypervisor && exit.kind.row == row)
                add(in_parts, {exit.count * exit.kind.insns(), exit.count * exit.kind.ticks()});
    }
    parts.residue = {static_cast<s64>(parts.counts.machine.insns - in_parts.insns),
                     static_cast<s64>(parts.counts.machine.ticks - in_parts.ticks)};
    return parts;
}

}  // namespace vtoll::core
