// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/exits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <tuple>

namespace vtoll::core {

namespace {

using NameOf = std::function<std::string(const EpisodeKind&)>;
using Aspects = std::array<std::string, exit_aspects>;

#define VTOLL_NAME(enumerator, name) name,
constexpr auto aspect_names = std::to_array<std::string_view>({VTOLL_EXIT_ASPECTS(VTOLL_NAME)});
#undef VTOLL_NAME

std::string& of(Aspects& aspects, ExitAspect aspect) { return aspects[static_cast<std::size_t>(aspect)]; }

/// A part of an exit, or all of it.
struct Piece {
    u64 insns = 0, ticks = 0;
    std::string phase, stall;
};

std::vector<Piece> by_phase(const RunRecord& run, const EpisodeKind& kind) {
    std::vector<Piece> pieces;
    for (u16 i = 0; i < max_phases; ++i) {
        const PhaseCost& cost = kind.phases[i];
        if (cost == PhaseCost{}) continue;
        std::string name(run.phases.of(kind.world, i));
        pieces.push_back({cost.insns, cost.ticks, name.empty() ? "(not divided)" : std::move(name), {}});
    }
    return pieces;
}

/// Instructions are those of Stall::issue, which is what no other stall has.
std::vector<Piece> by_stall(const EpisodeKind& kind) {
    const StallTotals stalls = kind.stalls();
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < stall_count; ++i) {
        const auto stall = static_cast<Stall>(i);
        const bool issue = stall == Stall::issue;
        if (stalls[i] || issue)
            pieces.push_back({issue ? kind.insns() : 0, stalls[i], {}, std::string(name_of(stall))});
    }
    return pieces;
}

std::vector<Piece> pieces_of(const RunRecord& run, const EpisodeKind& kind, ExitSplit split) {
    if (split[ExitAspect::phase]) return by_phase(run, kind);
    if (split[ExitAspect::stall]) return by_stall(kind);
    return {{kind.insns(), kind.ticks(), {}, {}}};
}

/// Where exits were taken, with how many were taken there; just how many, unless that is told apart.
std::vector<std::pair<std::string, u64>> callers_of(const RunRecord& run, const EpisodeKind& kind,
                                                    const Callers& callers, u64 count, ExitSplit split) {
    if (!split[ExitAspect::caller]) return {{"", count}};
    const auto& names = of_hypervisor_itself(kind) ? run.hypervisor_functions : run.guest_functions;
    std::map<std::string, u64> sums;
    for (const auto& [address, n] : callers.counts) {
        const auto name = names.find(address);
        sums[name == names.end() ? fmt::format("{:#010x}", address) : name->second] += n;
        count -= n;
    }
    if (count) sums["(further addresses)"] += count;
    return {sums.begin(), sums.end()};
}

std::string immediate_of(const EpisodeKind& kind) {
    const auto call = call_of(isa::Syndrome(kind.syndrome), 0);
    if (!call || call->instruction == CallInstruction::smc) return {};
    return call->immediate ? fmt::format("#{:#x}", call->immediate) : "#0";
}

class Grouping {
public:
    Grouping(const RunRecord& run, ExitSplit split, const NameOf& name_of)
        : run_(run), split_(split), name_of_(name_of) {}

    void add_episodes() {
        for (unsigned cpu = 0; cpu < run_.cpus.size(); ++cpu)
            for (const EpisodeRow& row : run_.cpus[cpu].episodes)
                if (listed(row.kind))
                    add(cpu, row.kind, row.callers, row.count, pieces_of(run_, row.kind, split_), nullptr);
    }
    void add_host_exits() {
        for (unsigned cpu = 0; cpu < run_.cpus.size(); ++cpu)
            for (const HostExitRow& row : run_.cpus[cpu].host_exits) {
                if (split_.switches_only || (split_.measured_only && !row.kind.measured)) continue;
                const char* undivided = "(a host takes part)";
                add(cpu, row.whole(), row.callers, row.count,
                    {{row.insns(), row.ticks(), split_[ExitAspect::phase] ? undivided : "",
                      split_[ExitAspect::stall] ? undivided : ""}},
                    &row);
            }
    }

    std::vector<ExitRow> rows() {
        std::vector<ExitRow> rows;
        for (auto& [key, v] : groups_) {
            const auto& [cpu, row, vm, process, unfinished, name, aspects] = key;
            if (split_.in_parts()) {  // exits without this part are samples of it
                Key whole = key;
                of(std::get<Aspects>(whole), ExitAspect::phase).clear();
                of(std::get<Aspects>(whole), ExitAspect::stall).clear();
                const u64 others = wholes_.at(whole).n - v.n;
                v.insns.push_back({0, others});
                v.ticks.push_back({0, others});
            }
            const auto error = relative_error(v.ticks);
            rows.push_back(
                {name, split_.cpu ? std::optional(cpu) : std::nullopt, split_.vm ? std::optional(vm) : std::nullopt,
                 split_.row ? std::optional(row) : std::nullopt, !unfinished, distribution(std::move(v.insns)),
                 distribution(std::move(v.ticks)), error, v.parts, process, v.turns, aspects});
        }
        const auto whole = [&](const ExitRow& row) { return whole_ticks(row); };
        std::stable_sort(rows.begin(), rows.end(), [&](const ExitRow& a, const ExitRow& b) {
            const auto before = std::tuple(a.cpu, a.row, a.vm, a.process, !a.finished, whole(b));
            const auto after = std::tuple(b.cpu, b.row, b.vm, b.process, !b.finished, whole(a));
            if (before != after) return before < after;
            if (split_.in_parts() && !a.is_part_of_the_same(b))
                return std::tie(a.exit, a.aspects) < std::tie(b.exit, b.aspects);
            return a.ticks.sum > b.ticks.sum;
        });
        return rows;
    }

private:
    using Key = std::tuple<unsigned, u8, u8, bool, bool, std::string, Aspects>;
    struct Values {
        std::vector<Counted> insns, ticks;
        std::optional<PartCosts> parts;
        u64 turns = 0, n = 0;
    };
    struct Whole {
        u64 n = 0, ticks = 0;
    };

    bool listed(const EpisodeKind& kind) const {
        if (split_.measured_only && !kind.measured) return false;
        if (split_.switches_only && (kind.vm == kind.vm_after || !kind.vm || !kind.vm_after)) return false;
        if (split_.row) return kind.world == World::hypervisor;
        return kind.is_exit();
    }

    void add(unsigned cpu, const EpisodeKind& kind, const Callers& callers, u64 count, const std::vector<Piece>& pieces,
             const HostExitRow* host) {
        Key key{split_.cpu ? cpu : 0,
                split_.row ? kind.row : u8{0},
                split_.vm ? kind.payer() : u8{0},
                kind.role == EntryRole::process,
                !kind.finished,
                name_of_(kind),
                {}};
        Aspects& aspects = std::get<Aspects>(key);
        if (split_[ExitAspect::cause]) of(aspects, ExitAspect::cause) = core::name_of(kind.cause);
        if (split_[ExitAspect::immediate]) of(aspects, ExitAspect::immediate) = immediate_of(kind);
        for (const auto& [caller, n] : callers_of(run_, kind, callers, count, split_)) {
            of(aspects, ExitAspect::caller) = caller;
            of(aspects, ExitAspect::phase).clear();
            of(aspects, ExitAspect::stall).clear();
            if (split_.in_parts()) {
                Whole& whole = wholes_[key];
                whole.n += n;
                for (const Piece& piece : pieces) whole.ticks += n * piece.ticks;
            }
            for (const Piece& piece : pieces) {
                of(aspects, ExitAspect::phase) = piece.phase;
                of(aspects, ExitAspect::stall) = piece.stall;
                Values& v = groups_[key];
                v.insns.push_back({piece.insns, n});
                v.ticks.push_back({piece.ticks, n});
                v.n += n;
                v.turns = std::max<u64>(v.turns, kind.turns);
                if (!host) continue;
                if (!v.parts) v.parts.emplace();
                HostExitRow some = *host;
                some.count = n;
                add_parts(*v.parts, some);
            }
        }
    }

    /// Of all parts of the exits that a row is a part of: 0 when rows are whole exits.
    u64 whole_ticks(const ExitRow& row) const {
        if (!split_.in_parts()) return 0;
        Key key{row.cpu.value_or(0), row.row.value_or(0), row.vm.value_or(0), row.process, !row.finished, row.exit,
                row.aspects};
        of(std::get<Aspects>(key), ExitAspect::phase).clear();
        of(std::get<Aspects>(key), ExitAspect::stall).clear();
        return wholes_.at(key).ticks;
    }

    const RunRecord& run_;
    const ExitSplit split_;
    const NameOf& name_of_;
    std::map<Key, Values> groups_;
    std::map<Key, Whole> wholes_;  ///< of parts
};

std::vector<ExitRow> grouped(const RunRecord& run, ExitSplit split, const NameOf& name_of) {
    Grouping groups(run, split, name_of);
    groups.add_episodes();
    if (!split.row) groups.add_host_exits();
    return groups.rows();
}

}  // namespace

std::string_view name_of(ExitAspect aspect) { return aspect_names[static_cast<std::size_t>(aspect)]; }

std::optional<ExitAspect> exit_aspect_from_name(std::string_view name) {
    for (std::size_t i = 0; i < exit_aspects; ++i)
        if (aspect_names[i] == name) return static_cast<ExitAspect>(i);
    return std::nullopt;
}

std::vector<ExitRow> exit_rows(const RunRecord& run, ExitSplit split) {
    ExitNames names = exit_names(run);
    if (split.fold) names.fold_calls();
    return grouped(run, split, [&](const EpisodeKind& kind) { return names.of(kind); });
}

std::vector<FunctionRow> function_rows(const RunRecord& run, const std::vector<RecordedFunction>& recorded,
                                       ExitSplit split) {
    // The recording has names as they were when it was made.
    ExitNames before = exit_names(run), now = exit_names(run);
    before.set_calls(run.recorded_calls);
    if (split.fold) now.fold_calls();
    std::map<std::string, std::string> new_names;
    using Key = std::tuple<std::optional<unsigned>, std::optional<u8>, std::string, Aspects>;
    const auto key_of = [&](unsigned cpu, u8 vm, Cause cause, const std::string& exit) {
        Key key{split.cpu ? std::optional(cpu) : std::nullopt, split.vm ? std::optional(vm) : std::nullopt, exit, {}};
        if (split[ExitAspect::cause]) of(std::get<Aspects>(key), ExitAspect::cause) = name_of(cause);
        return key;
    };
    std::map<Key, u64> samples;
    for (unsigned cpu = 0; cpu < run.cpus.size(); ++cpu)
        for (const EpisodeRow& row : run.cpus[cpu].episodes) {
            if (row.kind.world != World::hypervisor) continue;
            const std::string name = now.of(row.kind);
            const auto it = new_names.try_emplace(before.of(row.kind), name).first;
            if (it->second != name)
                throw InputError(
                    fmt::format("'{}' of the recording is '{}' and '{}' now; vtoll run --functions --calls "
                                "records them by these names",
                                it->first, it->second, name));
            samples[key_of(cpu, row.kind.vm, row.kind.cause, name)] += row.count;
        }
    std::map<Key, FunctionRow> rows;
    std::map<Key, u64> whole;
    for (const RecordedFunction& each : recorded) {
        if (each.world != World::hypervisor || each.cause == Cause::none) continue;
        const auto name = new_names.find(each.what);
        const std::string& exit = name == new_names.end() ? each.what : name->second;
        Key key = key_of(each.cpu, each.vm, each.cause, exit);
        const Key of_exit = key;
        whole[of_exit] += each.ticks;
        Aspects& aspects = std::get<Aspects>(key);
        of(aspects, ExitAspect::function) = each.function.empty() ? "(no symbol)" : each.function;
        if (split[ExitAspect::phase])
            of(aspects, ExitAspect::phase) = each.phase.empty() ? "(not divided)" : each.phase;
        FunctionRow& row = rows[key];
        row.exit = exit;
        row.cpu = std::get<0>(key);
        row.vm = std::get<1>(key);
        row.aspects = aspects;
        row.samples = samples[of_exit];
        row.insns += each.insns;
        row.ticks += each.ticks;
    }
    std::vector<FunctionRow> sorted;
    for (auto& [key, row] : rows) sorted.push_back(std::move(row));
    const auto of_whole = [&](const FunctionRow& row) {
        Key key{row.cpu, row.vm, row.exit, {}};
        of(std::get<Aspects>(key), ExitAspect::cause) = row.aspects[static_cast<std::size_t>(ExitAspect::cause)];
        return whole.at(key);
    };
    std::stable_sort(sorted.begin(), sorted.end(), [&](const FunctionRow& a, const FunctionRow& b) {
        return std::tuple(a.cpu, a.vm, of_whole(b), a.exit, b.ticks) <
               std::tuple(b.cpu, b.vm, of_whole(a), b.exit, a.ticks);
    });
    return sorted;
}

std::vector<ExitRow> exit_totals(const RunRecord& run) {
    std::vector<ExitRow> totals =
        grouped(run, {.vm = true, .cpu = true}, [](const EpisodeKind&) { return std::string(); });
    std::erase_if(totals, [](const ExitRow& row) { return !row.finished; });
    return totals;
}

bool ExitRow::is_part_of_the_same(const ExitRow& other) const {
    for (const ExitAspect aspect : {ExitAspect::cause, ExitAspect::immediate, ExitAspect::caller})
        if (aspects[static_cast<std::size_t>(aspect)] != other.aspects[static_cast<std::size_t>(aspect)]) return false;
    return exit == other.exit && cpu == other.cpu && vm == other.vm && row == other.row && finished == other.finished;
}

ExitSums exits_like(const std::vector<ExitRow>& rows, const ExitRow& row) {
    ExitSums sums;
    const ExitRow* last = nullptr;
    for (const ExitRow& each : rows) {
        if (each.process != row.process) continue;
        // Each exit is a sample of each of its parts, which stand together.
        const bool another_part = last && each.is_part_of_the_same(*last);
        last = &each;
        if (!another_part) sums.samples += each.samples();
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
