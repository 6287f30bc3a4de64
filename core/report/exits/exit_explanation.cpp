// SPDX-License-Identifier: Apache-2.0
#include "core/report/exits/exit_explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "core/ledger/store/exits.hpp"
#include "core/report/measure.hpp"

namespace vtoll::core {

namespace {

/// A share of the exits that counts as dear ones: those beyond this quantile.
constexpr double dear_beyond = 0.95;

/// Exits that are alike, and what one of them consists of, by (of, what).
struct Alike {
    u64 count = 0, insns = 0, ticks = 0;
    struct Cost {
        std::string of, what;
        u64 insns = 0, ticks = 0;
    };
    std::vector<Cost> costs;
};

void add_stalls(Alike& alike, const EpisodeKind& kind) {
    StallTotals stalls{};
    u64 left = alike.ticks;
    const auto add = [&](Stall stall, u64 ticks) {
        stalls[static_cast<std::size_t>(stall)] += ticks;
        left -= ticks;
    };
    for (std::size_t i = 0; i < core_stalls; ++i) add(static_cast<Stall>(first_core_stall + i), kind.waits[i]);
    for (const PhaseCost& phase : kind.phases) {
        add(Stall::device, phase.device);
        add(Stall::exception, phase.exception);
    }
    add(Stall::issue, left);
    for (std::size_t i = 0; i < stall_count; ++i)
        if (stalls[i]) alike.costs.push_back({"stall", std::string(title_of(static_cast<Stall>(i))), 0, stalls[i]});
}

Alike alike(const EpisodeRow& row, const PhaseNames& phases) {
    Alike out{row.count, row.kind.insns(), row.kind.ticks(), {}};
    for (u16 i = 0; i < max_phases; ++i) {
        const PhaseCost& cost = row.kind.phases[i];
        if (!cost.insns && !cost.ticks) continue;
        const std::string_view name = phases.of(World::hypervisor, i);
        out.costs.push_back({"phase", name.empty() ? "(no phases)" : std::string(name), cost.insns, cost.ticks});
    }
    add_stalls(out, row.kind);
    return out;
}

Alike alike(const HostExitRow& row) {
    Alike out{row.count, row.insns(), row.ticks(), {}};
    for (std::size_t i = 0; i < exit_parts; ++i)
        if (row.parts[i].ticks)
            out.costs.push_back(
                {"part", std::string(describe(static_cast<ExitPart>(i))), row.parts[i].insns, row.parts[i].ticks});
    return out;
}

/// Calls `take` with the name and the costs of each kind of exit that was seen to its end.
void each_exit(const RunRecord& run, bool measured_only, const std::function<void(const std::string&, Alike)>& take) {
    const ExitNames names = exit_names(run);
    const auto listed = [&](const EpisodeKind& kind) { return kind.finished && (kind.measured || !measured_only); };
    for (const ProcessorRecord& cpu : run.cpus) {
        for (const EpisodeRow& row : cpu.episodes) {
            const bool whole = row.kind.world == World::hypervisor && row.kind.role == EntryRole::whole;
            if ((whole || row.kind.role == EntryRole::process) && listed(row.kind))
                take(names.of(row.kind), alike(row, run.phases));
        }
        for (const HostExitRow& row : cpu.host_exits) {
            if (!listed(row.kind)) continue;
            EpisodeKind whole = row.kind;
            whole.role = EntryRole::whole;
            take(names.of(whole), alike(row));
        }
    }
}

/// Sums over exits, by part, in order of first occurrence.
class Sums {
public:
    void add(const Alike& exits) {
        count_ += exits.count;
        for (const Alike::Cost& cost : exits.costs) {
            auto at = std::ranges::find_if(
                sums_, [&](const Alike::Cost& s) { return s.of == cost.of && s.what == cost.what; });
            if (at == sums_.end()) at = sums_.insert(at, {cost.of, cost.what, 0, 0});
            at->insns += cost.insns * exits.count;
            at->ticks += cost.ticks * exits.count;
        }
    }
    const std::vector<Alike::Cost>& all() const { return sums_; }
    double mean(u64 sum) const { return static_cast<double>(sum) / static_cast<double>(count_); }
    /// Mean ticks of the part; 0 when no exit has it.
    double ticks(const Alike::Cost& part) const {
        const auto at =
            std::ranges::find_if(sums_, [&](const Alike::Cost& s) { return s.of == part.of && s.what == part.what; });
        return at == sums_.end() ? 0 : mean(at->ticks);
    }
    bool empty() const { return count_ == 0; }

private:
    u64 count_ = 0;
    std::vector<Alike::Cost> sums_;
};

std::vector<ExitCost> costs_of(const std::vector<Alike>& exits, const Distribution& ticks) {
    Sums all, median, dear;
    for (const Alike& each : exits) {
        all.add(each);
        if (each.ticks > ticks.p95) dear.add(each);
        if (each.ticks == ticks.median && median.empty()) {
            Alike one = each;
            one.count = 1;
            median.add(one);
        }
    }
    std::vector<ExitCost> costs;
    for (const Alike::Cost& part : all.all()) {
        costs.push_back({part.of, part.what, all.mean(part.insns), all.mean(part.ticks), median.ticks(part), {}});
        if (!dear.empty()) costs.back().dear = dear.ticks(part);
    }
    return costs;
}

}  // namespace

std::vector<std::string> exits_by_cost(const RunRecord& run, bool measured_only) {
    std::map<std::string, u64> ticks;
    each_exit(run, measured_only,
              [&](const std::string& name, const Alike& exits) { ticks[name] += exits.count * exits.ticks; });
    std::vector<std::string> names;
    for (const auto& [name, sum] : ticks) names.push_back(name);
    std::ranges::stable_sort(names, [&](const auto& a, const auto& b) { return ticks[a] > ticks[b]; });
    return names;
}

ExitExplanation explain_exit(const std::string& label, const RunRecord& run, const std::string& exit,
                             bool measured_only) {
    ExitExplanation e{label, exit, run.timing, run.clock_hz, {}, {}, 0, {}, {}};
    std::vector<Alike> exits;
    std::vector<Counted> insns, ticks;
    each_exit(run, measured_only, [&](const std::string& name, Alike each) {
        if (name != exit) return;
        insns.push_back({each.insns, each.count});
        ticks.push_back({each.ticks, each.count});
        exits.push_back(std::move(each));
    });
    if (exits.empty())
        throw InputError(fmt::format("{}: no exit '{}' was seen to its end{}", label, exit,
                                     measured_only ? " between the markers DBG #1 and DBG #2" : ""));
    const std::vector<ExitRow> rows = exit_rows(run, {.measured_only = measured_only});
    const auto row = std::ranges::find_if(rows, [&](const ExitRow& r) { return r.exit == exit && r.finished; });
    e.all_ticks = row == rows.end() ? 0 : exits_like(rows, *row).ticks;
    e.insns = distribution(std::move(insns));
    e.ticks = distribution(std::move(ticks));
    e.costs = costs_of(exits, e.ticks);
    e.notes.push_back(
        fmt::format("vtoll whatif {} --exit '{}' runs it again with each part of the machine free.", label, exit));
    if (!run.phases.divided(World::hypervisor))
        e.notes.push_back("Its phases are not told apart: vtoll phases proposes them from symbols.");
    return e;
}

void add_functions(ExitExplanation& e, const ExitPath& path) {
    struct Function {
        std::string name;
        u64 insns = 0, ticks = 0;
        StallTicks stalls{};
    };
    std::vector<Function> functions;
    for (const PathLine& line : path.lines) {
        std::string name = line.function.empty() ? fmt::format("{:#010x}", line.place.address) : line.function;
        if (line.place.kind == PathPlace::Kind::entry) name = "(exception entry)";
        if (line.place.kind == PathPlace::Kind::leaving) name = "(exception return)";
        auto at = std::ranges::find(functions, name, &Function::name);
        if (at == functions.end()) at = functions.insert(at, {name});
        if (line.place.kind == PathPlace::Kind::instruction) at->insns += line.times;
        at->ticks += line.ticks;
        for (std::size_t i = 0; i < stall_count; ++i) at->stalls[i] += line.stalls[i];
    }
    std::ranges::stable_sort(functions, std::greater{}, &Function::ticks);
    const auto exits = static_cast<double>(path.each.n);
    for (const Function& f : functions) {
        const auto most = static_cast<std::size_t>(std::ranges::max_element(f.stalls) - f.stalls.begin());
        std::string mostly;
        if (f.ticks && f.stalls[most] > 0)
            mostly = fmt::format("{} {:.0f} %", title_of(static_cast<Stall>(most)),
                                 100.0 * static_cast<double>(f.stalls[most]) / static_cast<double>(f.ticks));
        e.costs.push_back({"function",
                           f.name,
                           static_cast<double>(f.insns) / exits,
                           static_cast<double>(f.ticks) / exits,
                           {},
                           {},
                           std::move(mostly)});
    }
}

}  // namespace vtoll::core
