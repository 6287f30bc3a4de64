// SPDX-License-Identifier: Apache-2.0
#include "core/report/exits/exit_explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "core/base/nearest.hpp"
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

Alike alike(const EpisodeRow& row, const PhaseNames& phases) {
    Alike out{row.count, row.kind.insns(), row.kind.ticks(), {}};
    for (u16 i = 0; i < max_phases; ++i) {
        const PhaseCost& cost = row.kind.phases[i];
        if (!cost.insns && !cost.ticks) continue;
        const std::string_view name = phases.of(World::hypervisor, i);
        out.costs.push_back({"phase", name.empty() ? "(no phases)" : std::string(name), cost.insns, cost.ticks});
    }
    const StallTotals stalls = row.kind.stalls();
    for (std::size_t i = 0; i < stall_count; ++i)
        if (stalls[i]) out.costs.push_back({"stall", std::string(name_of(static_cast<Stall>(i))), 0, stalls[i]});
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

/// Those that were seen to their end, by name: all, or of one name.
std::map<std::string, std::vector<Alike>> exits_by_name(const RunRecord& run, bool measured_only,
                                                        const std::string* only) {
    std::map<std::string, std::vector<Alike>> exits;
    const ExitNames names = exit_names(run);
    const auto add = [&](const EpisodeKind& kind, const auto& alike_of) {
        if (!kind.is_exit() || !kind.finished || (measured_only && !kind.measured)) return;
        if (const std::string name = names.of(kind); !only || name == *only) exits[name].push_back(alike_of());
    };
    for (const ProcessorRecord& cpu : run.cpus) {
        for (const EpisodeRow& row : cpu.episodes) add(row.kind, [&] { return alike(row, run.phases); });
        for (const HostExitRow& row : cpu.host_exits) add(row.whole(), [&] { return alike(row); });
    }
    return exits;
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

/// `rows`: of the run, whose exits that were seen to their end are to be explained.
ExitExplanation explained(const std::string& label, const RunRecord& run, const std::vector<ExitRow>& rows,
                          const ExitRow& row, const std::vector<Alike>& exits) {
    ExitExplanation e{label,
                      row.exit,
                      run.timing,
                      run.clock_hz,
                      row.insns,
                      row.ticks,
                      exits_like(rows, row).ticks,
                      costs_of(exits, row.ticks),
                      {}};
    e.notes.push_back(
        fmt::format("vtoll whatif {} --exit '{}' runs it again with each part of the machine free.", label, row.exit));
    if (!run.phases.divided(World::hypervisor))
        e.notes.push_back("Its phases are not told apart: vtoll phases proposes them from symbols.");
    return e;
}

}  // namespace

ExitExplanation explain_exit(const std::string& label, const RunRecord& run, const std::string& exit,
                             bool measured_only) {
    const std::vector<ExitRow> rows = exit_rows(run, {.measured_only = measured_only});
    const auto row = std::ranges::find_if(rows, [&](const ExitRow& r) { return r.exit == exit && r.finished; });
    if (row == rows.end()) {
        std::vector<std::string> names;
        for (const ExitRow& each : rows)
            if (each.finished) names.push_back(each.exit);
        throw InputError(fmt::format("{}: {} has no such exit{}{}; vtoll exits {} lists them", exit, label,
                                     measured_only ? " between the markers" : "", did_you_mean(exit, names), label));
    }
    return explained(label, run, rows, *row, exits_by_name(run, measured_only, &exit).at(exit));
}

std::vector<ExitExplanation> explain_exits(const std::string& label, const RunRecord& run, bool measured_only) {
    const std::vector<ExitRow> rows = exit_rows(run, {.measured_only = measured_only});
    const auto exits = exits_by_name(run, measured_only, nullptr);
    std::vector<ExitExplanation> all;
    for (const ExitRow& row : rows)
        if (row.finished) all.push_back(explained(label, run, rows, row, exits.at(row.exit)));
    std::ranges::stable_sort(all, {}, &ExitExplanation::exit);
    std::ranges::stable_sort(all, std::greater{}, [](const ExitExplanation& e) { return e.ticks.sum; });
    return all;
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
            mostly = fmt::format("{} {:.0f} %", name_of(static_cast<Stall>(most)),
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
