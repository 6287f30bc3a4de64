// SPDX-License-Identifier: Apache-2.0
#include "core/report/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace vtoll::core {

namespace {

using Rows = std::vector<const EpisodeRow*>;

Rows measured_exits(const RunRecord& run, const std::function<bool(const EpisodeKind&)>& wanted) {
    Rows rows;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const EpisodeRow& row : cpu.episodes)
            if (row.kind.measured && row.kind.finished && row.kind.world == World::hypervisor && wanted(row.kind))
                rows.push_back(&row);
    return rows;
}

u64 number_of(const Rows& rows) {
    u64 n = 0;
    for (const EpisodeRow* row : rows) n += row->count;
    return n;
}

/// Sum of the rows' phases, in the order an exit passes them: hardware entry first, hardware exit last.
std::vector<PhaseLine> phases_of(const RunRecord& run, const Rows& rows, u64 operations, bool once) {
    std::vector<PhaseLine> lines;
    const auto add = [&](u16 phase) {
        PhaseLine line{std::string(run.phases.of(World::hypervisor, phase)), 0, 0, 0, 0};
        for (const EpisodeRow* row : rows) {
            const PhaseCost& p = row->kind.phases[phase];
            const auto n = static_cast<double>(once ? 1 : row->count);
            line.insns += n * p.insns;
            line.ticks += n * p.ticks;
            line.device += n * p.device;
            line.exception += n * p.exception;
        }
        if (line.insns == 0 && line.ticks == 0) return;
        const auto n = static_cast<double>(operations);
        if (line.phase.empty()) line.phase = "(no phases)";
        lines.push_back({line.phase, line.insns / n, line.ticks / n, line.device / n, line.exception / n});
    };
    add(phase_hardware_entry);
    for (u16 phase = PhaseNames::first; phase <= PhaseNames::last; ++phase) add(phase);
    add(phase_unnamed);
    add(phase_hardware_exit);
    return lines;
}

/// The same ticks by stall.
CpiStack stack_of(const Rows& rows, u64 operations, bool once) {
    StallTotals sum{};
    u64 ticks = 0, stalled = 0;
    for (const EpisodeRow* row : rows) {
        const u64 n = once ? 1 : row->count;
        const StallTotals stalls = row->kind.stalls();
        ticks += n * row->kind.ticks();
        for (std::size_t i = 0; i < stall_count; ++i) {
            sum[i] += n * stalls[i];
            if (static_cast<Stall>(i) != Stall::issue) stalled += n * stalls[i];
        }
    }
    if (stalled > ticks)
        throw InputError(fmt::format("the books have {} ticks of stalls in {} ticks of episodes", stalled, ticks));
    CpiStack stack{};
    for (std::size_t i = 0; i < stall_count; ++i)
        stack[i] = static_cast<double>(sum[i]) / static_cast<double>(operations);
    return stack;
}

void explain(Measured& m, const RunRecord& run, const Rows& rows, u64 operations) {
    m.phases = phases_of(run, rows, operations, !m.phases_are_mean);
    m.stalls = stack_of(rows, operations, !m.phases_are_mean);
}

/// The episode that half of them do not exceed in ticks.
const EpisodeRow* median_episode(Rows rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const EpisodeRow* a, const EpisodeRow* b) {
        return std::pair(a->kind.ticks(), a->kind.insns()) < std::pair(b->kind.ticks(), b->kind.insns());
    });
    const u64 rank = (number_of(rows) + 1) / 2;
    u64 seen = 0;
    for (const EpisodeRow* row : rows)
        if ((seen += row->count) >= rank) return row;
    return rows.back();
}

Measured measure_episodes(const RunRecord& run, const Operation& row) {
    const Rows rows = measured_exits(
        run, [&](const EpisodeKind& k) { return k.cause == row.cause && (!row.detail || k.detail == *row.detail); });
    if (rows.empty())
        throw InputError(
            fmt::format("scenario '{}' has no measured episode of cause '{}'", row.scenario, name_of(row.cause)));
    std::vector<Counted> insns, ticks;
    for (const EpisodeRow* r : rows) {
        insns.push_back({r->kind.insns(), r->count});
        ticks.push_back({r->kind.ticks(), r->count});
    }
    Measured m;
    m.insns = distribution(std::move(insns));
    m.ticks = distribution(std::move(ticks));
    explain(m, run, {median_episode(rows)}, 1);
    return m;
}

Measured measure_samples(const RunRecord& run, const Operation& row) {
    std::vector<Counted> insns, ticks;
    u64 entries = 0;
    Counts inside{};
    bool one_each = true;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples) {
            if (!s.measured) continue;
            insns.push_back({s.hypervisor.insns, 1});
            ticks.push_back({s.hypervisor.ticks, 1});
            entries += s.hyp_entries;
            inside.insns += s.hypervisor.insns;
            inside.ticks += s.hypervisor.ticks;
            one_each = one_each && s.hyp_entries == 1;
        }
    if (insns.empty()) throw InputError(fmt::format("scenario '{}' has no measured sample", row.scenario));
    Measured m;
    const u64 n = insns.size();
    m.insns = distribution(std::move(insns));
    m.ticks = distribution(std::move(ticks));
    if (entries == 0) return m;
    const Rows rows = measured_exits(run, [&](const EpisodeKind& k) {
        return !row.outside || k.cause != Cause::hypercall || k.detail != *row.outside;
    });
    // An exit per sample, and none elsewhere: a typical one can be shown as it was.
    m.phases_are_mean = !one_each || number_of(rows) != n;
    if (!m.phases_are_mean) {
        explain(m, run, {median_episode(rows)}, 1);
        return m;
    }
    // A breakdown is only given when it is exactly that of the samples.
    u64 insns_booked = 0, ticks_booked = 0;
    for (const EpisodeRow* r : rows) {
        insns_booked += r->count * r->kind.insns();
        ticks_booked += r->count * r->kind.ticks();
    }
    if (insns_booked == inside.insns && ticks_booked == inside.ticks) explain(m, run, rows, n);
    return m;
}

}  // namespace

bool is_refill(Stall stall) {
    switch (stall) {
    case Stall::fetch:
    case Stall::data:
    case Stall::memory:
    case Stall::walk_stage1:
    case Stall::walk_stage2:
    case Stall::mispredict: return true;
    default: return false;
    }
}

double without(const CpiStack& stack, Stall stall) {
    return std::accumulate(stack.begin(), stack.end(), 0.0) - stack[static_cast<std::size_t>(stall)];
}

std::vector<Stall> largest_stalls(const CpiStack& stack, std::size_t most) {
    std::vector<Stall> stalls;
    for (std::size_t i = first_core_stall; i < stall_count; ++i)
        if (stack[i] > 0) stalls.push_back(static_cast<Stall>(i));
    std::stable_sort(stalls.begin(), stalls.end(), [&](Stall a, Stall b) {
        return stack[static_cast<std::size_t>(a)] > stack[static_cast<std::size_t>(b)];
    });
    if (stalls.size() > most) stalls.resize(most);
    return stalls;
}

Spread Measured::spread(const Distribution& here, const std::vector<u64>& elsewhere) {
    std::vector<double> medians{static_cast<double>(here.median)};
    for (const u64 median : elsewhere) medians.push_back(static_cast<double>(median));
    return spread_of(medians);
}

Measured measure(const std::vector<RunRecord>& placements, const Operation& row) {
    Measured m = measure(placements.at(0), row);
    for (std::size_t i = 1; i < placements.size(); ++i) {
        const Measured other = measure(placements[i], row);
        m.insns_elsewhere.push_back(other.insns.median);
        m.ticks_elsewhere.push_back(other.ticks.median);
    }
    return m;
}

Measured measure(const RunRecord& run, const Operation& row) {
    return row.measure == Operation::Measure::sample ? measure_samples(run, row) : measure_episodes(run, row);
}

}  // namespace vtoll::core
