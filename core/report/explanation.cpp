// SPDX-License-Identifier: Apache-2.0
#include "core/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace vtoll::core {

namespace {

using Line = Explanation::Line;

Share difference(Share a, Share b) { return {a.insns - b.insns, a.cycles - b.cycles}; }

/// But for what adding up fractions leaves.
bool is_nothing(Share s) { return std::abs(s.insns) < 1e-6 && std::abs(s.cycles) < 1e-6; }

Share shared(Counts total, double operations) {
    return {static_cast<double>(total.insns) / operations, static_cast<double>(total.ticks) / operations};
}

// --- of an executed run

bool selects(const Operation& row, const EpisodeKind& kind) {
    if (!kind.measured || kind.world != World::hypervisor) return false;
    if (row.measure == Operation::Measure::sample)
        return !row.outside || kind.cause != Cause::hypercall || kind.detail != *row.outside;
    return kind.cause == row.cause && (!row.detail || kind.detail == *row.detail);
}

/// Of all that lies between the markers around what is measured, or inside the samples there.
struct Measure {
    double operations = 0;
    Counts whole, hypervisor;
};

Measure of_samples(const RunRecord& run) {
    Measure m;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples) {
            if (!s.measured) continue;
            ++m.operations;
            m.whole.insns += s.total.insns;
            m.whole.ticks += s.total.ticks - s.idle;
            m.hypervisor.insns += s.hypervisor.insns;
            m.hypervisor.ticks += s.hypervisor.ticks;
        }
    return m;
}

Measure of_episodes(const RunRecord& run, const Operation& row) {
    Measure m;
    for (const ProcessorRecord& cpu : run.cpus) {
        const MarkerHit* began = nullptr;
        for (const MarkerHit& hit : cpu.markers) {
            if (hit.option == 1) began = &hit;
            if (hit.option != 2 || !began) continue;
            m.whole.insns += hit.at.insns - began->at.insns;
            m.whole.ticks += hit.at.ticks - began->at.ticks;
            began = nullptr;
        }
        for (const EpisodeRow& e : cpu.episodes) {
            if (!e.kind.measured || e.kind.world != World::hypervisor) continue;
            m.hypervisor.insns += e.count * e.kind.insns();
            m.hypervisor.ticks += e.count * e.kind.ticks();
            if (selects(row, e.kind)) m.operations += static_cast<double>(e.count);
        }
    }
    return m;
}

/// Adds to the line of this name.
void add_to(std::vector<Line>& lines, const std::string& what, double times, Share share) {
    auto at = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.what == what; });
    if (at == lines.end()) at = lines.insert(lines.end(), {what, 0, {}});
    at->times += times;
    at->share.insns += share.insns;
    at->share.cycles += share.cycles;
}

std::string name_of_phase(const PhaseNames& names, u16 phase) {
    std::string name(names.of(World::hypervisor, phase));
    return name.empty() ? "(no phases)" : name;
}

/// Fills in what the hypervisor's episodes say; those that the row's `outside` leaves out have no part in it.
void take_run(Explanation& e, const Operation& row, const RunRecord& run) {
    const bool samples = row.measure == Operation::Measure::sample;
    const Measure m = samples ? of_samples(run) : of_episodes(run, row);
    if (m.operations == 0)
        throw InputError(fmt::format("{}: scenario '{}' has nothing that this row measures", e.title, run.scenario));
    ExplainedRun& out = e.run;
    out.hypervisor.share = shared(m.hypervisor, m.operations);
    out.guest.share = difference(shared(m.whole, m.operations), out.hypervisor.share);
    for (const ProcessorRecord& cpu : run.cpus) out.residue += static_cast<double>(residue(cpu).ticks) / m.operations;

    CpiStack stalls{};
    Share known;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const auto& [kind, count, first, last] : cpu.episodes) {
            if (!kind.measured || kind.world != World::hypervisor || (samples && !selects(row, kind))) continue;
            const double n = static_cast<double>(count) / m.operations;
            const Share share{n * static_cast<double>(kind.insns()), n * static_cast<double>(kind.ticks())};
            known.insns += share.insns;
            known.cycles += share.cycles;
            double left = share.cycles;
            const auto stall = [&](Stall s, double cycles) {
                stalls[static_cast<std::size_t>(s)] += cycles;
                left -= cycles;
            };
            for (std::size_t i = 0; i < core_stalls; ++i)
                stall(static_cast<Stall>(first_core_stall + i), n * kind.waits[i]);
            for (u16 phase = 0; phase < max_phases; ++phase) {
                const PhaseCost& p = kind.phases[phase];
                stall(Stall::device, n * p.device);
                stall(Stall::exception, n * p.exception);
                if (p.insns || p.ticks)
                    add_to(e.phases, name_of_phase(run.phases, phase), 0, {n * p.insns, n * p.ticks});
            }
            stalls[static_cast<std::size_t>(Stall::issue)] += left;
            const std::string detail = kind.cause == Cause::hypercall ? fmt::format(" {}", kind.detail) : "";
            add_to(e.crossings, std::string(name_of(kind.cause)) + detail, n, share);
        }
    // A sample can begin or end inside an exit: then its breakdown isn't that of whole exits.
    const Share left = difference(out.hypervisor.share, known);
    if (is_nothing(left)) out.hypervisor.stalls = stalls;
    else add_to(e.crossings, "(exits that a sample cuts)", 0, left);
}

// --- of a trace

Side side_of(const nlohmann::json& row, bool hypervisor) {
    Side side{{}, CpiStack{}};
    for (const auto& account : row.at("accounts")) {
        if ((account.at("world") == name_of(World::hypervisor)) != hypervisor) continue;
        const double cycles = account.at("cycles");
        side.share.insns += account.at("instructions").get<double>();
        side.share.cycles += cycles;
        for (std::size_t i = 0; i < stall_count; ++i)
            if (account.at("stall") == name_of(static_cast<Stall>(i))) (*side.stalls)[i] += cycles;
    }
    return side;
}

// --- as tables

/// What is lost when others use it: caches, TLBs, branch predictor.
bool is_refill(Stall stall) {
    switch (stall) {
    case Stall::fetch:
    case Stall::data:
    case Stall::memory: return true;
    case Stall::walk_stage1:
    case Stall::walk_stage2:
    case Stall::mispredict: return true;
    default: return false;
    }
}

/// What the operation is made of: it adds up.
std::vector<std::pair<std::string, Share>> parts_of(const Explanation& e) {
    std::vector<std::pair<std::string, Share>> parts;
    if (e.native) {
        Share refilled, otherwise = difference(e.run.guest.share, e.native->share);
        for (std::size_t i = 0; i < stall_count; ++i)
            if (is_refill(static_cast<Stall>(i))) refilled.cycles += (*e.run.guest.stalls)[i] - (*e.native->stalls)[i];
        otherwise.cycles -= refilled.cycles;
        parts.emplace_back("natively", e.native->share);
        parts.emplace_back("the guest refills", refilled);
        parts.emplace_back("the guest does otherwise", otherwise);
    } else {
        parts.emplace_back("the guest, with what it refills", e.run.guest.share);
    }
    parts.emplace_back("crossings", e.run.hypervisor.share);
    parts.emplace_back("in no account", Share{0, e.run.residue});
    parts.emplace_back("together", Share{e.run.guest.share.insns + e.run.hypervisor.share.insns, e.run.whole()});
    return parts;
}

std::string shown(double v) { return fmt::format("{:.1f}", v == 0 || std::abs(v) < 0.05 ? 0.0 : v); }
std::string shown(const std::optional<CpiStack>& stack, std::size_t stall) {
    return stack ? shown((*stack)[stall]) : "-";
}

Section section_of(const std::string& heading, const std::vector<Line>& lines, bool times) {
    Grid grid{{heading, "instructions", "cycles"}, {}};
    if (times) grid.heads = {heading, "times", "instructions", "cycles", "cycles each"};
    for (const Line& line : lines) {
        std::vector<std::string> row{line.what, shown(line.share.insns), shown(line.share.cycles)};
        if (times) {
            row.insert(row.begin() + 1, line.times ? fmt::format("{:.3f}", line.times) : "-");
            row.push_back(line.times ? shown(line.share.cycles / line.times) : "-");
        }
        grid.rows.push_back(std::move(row));
    }
    return {"", {}, std::move(grid), {}};
}

Section stalls_of(const Explanation& e) {
    Grid grid{{"cycles by stall"}, {}};
    std::vector<const std::optional<CpiStack>*> columns;
    const auto add = [&](const std::string& head, const std::optional<CpiStack>& stack) {
        grid.heads.push_back(head);
        columns.push_back(&stack);
    };
    if (e.native) add("native", e.native->stalls);
    if (e.run.guest.stalls) add("guest", e.run.guest.stalls);
    add("crossings", e.run.hypervisor.stalls);
    for (std::size_t i = 0; i < stall_count; ++i) {
        const auto there = [&](const auto* stack) { return *stack && std::abs((**stack)[i]) >= 0.05; };
        if (std::none_of(columns.begin(), columns.end(), there)) continue;
        std::vector<std::string> row{std::string(name_of(static_cast<Stall>(i)))};
        for (const auto* stack : columns) row.push_back(shown(*stack, i));
        grid.rows.push_back(std::move(row));
    }
    return {"", {}, std::move(grid), {}};
}

}  // namespace

Explanation explain(const std::string& title, const Operation& row, const RunRecord& run) {
    Explanation e;
    e.title = title;
    take_run(e, row, run);
    e.caption = {row.about,
                 fmt::format("Scenario {}, timing '{}', {} MHz. What the guest refills after a crossing is not told "
                             "apart: there is no run of it without crossings.",
                             run.scenario, run.timing, run.clock_hz / 1'000'000)};
    return e;
}

Explanation explain_trace(const std::string& title, const nlohmann::json& native, const nlohmann::json& para) {
    Explanation e;
    e.title = title;
    e.native = side_of(native, false);
    e.run = {side_of(para, false), side_of(para, true), 0};
    e.run.residue = para.at("cycles").get<double>() - e.run.whole();
    for (const auto& event : para.at("events"))
        add_to(e.crossings, event.at("event"), event.at("times"), {event.at("instructions"), event.at("cycles")});
    Share left = e.run.hypervisor.share;
    for (const Line& line : e.crossings) left = difference(left, line.share);
    if (!is_nothing(left)) add_to(e.crossings, "(counted otherwise)", 0, left);
    for (const auto& account : para.at("accounts")) {
        if (account.at("world") != name_of(World::hypervisor)) continue;
        const std::string phase = account.at("phase");
        add_to(e.phases, phase.empty() ? "(no phases)" : phase, 0, {account.at("instructions"), account.at("cycles")});
    }
    e.caption = {fmt::format(
        "Recorded Linux, its sensitive events carried out by the microvisor, port '{}', timing '{}', {} MHz: "
        "mean of {} operations. The guest refills what the native replay of the same trace finds in its "
        "caches, TLBs and predictor; it does otherwise what the port replaces.",
        para.at("port").get<std::string>(), para.at("timing").get<std::string>(),
        para.at("clock_hz").get<u64>() / 1'000'000, para.at("operations").get<u64>())};
    return e;
}

PlainTable explanation_table(const Explanation& e) {
    PlainTable out;
    out.name = "explanation";
    out.title = e.title;
    out.before = e.caption;
    out.columns = {
        {"part", "part"}, {"what", "what"}, {"times", "times"}, {"instructions", "instructions"}, {"cycles", "cycles"}};
    const auto add = [&](const char* part, const std::string& what, Cell times, Cell insns, double cycles) {
        out.rows.push_back({part, what, std::move(times), std::move(insns), cycles});
    };
    for (const auto& [what, share] : parts_of(e)) add("operation", what, {}, share.insns, share.cycles);
    for (const Line& line : e.crossings) add("crossing", line.what, line.times, line.share.insns, line.share.cycles);
    for (const Line& line : e.phases) add("phase", line.what, {}, line.share.insns, line.share.cycles);
    const auto add_stalls = [&](const char* part, const std::optional<CpiStack>& stack) {
        for (std::size_t i = 0; stack && i < stall_count; ++i)
            if ((*stack)[i] != 0) add(part, std::string(name_of(static_cast<Stall>(i))), {}, {}, (*stack)[i]);
    };
    if (e.native) add_stalls("stall, native", e.native->stalls);
    add_stalls("stall, guest", e.run.guest.stalls);
    add_stalls("stall, crossings", e.run.hypervisor.stalls);
    return out;
}

Report explanation_report(const Explanation& e) {
    Report report{"Why this costs what it does: " + e.title, {Section{"", e.caption, {}, {}}}};
    std::vector<Line> parts;
    for (const auto& [what, share] : parts_of(e)) parts.push_back({what, 0, share});
    report.sections.push_back(section_of("one operation", parts, false));
    if (e.crossings.empty()) report.sections.back().after.push_back("It doesn't enter the hypervisor.");
    else report.sections.push_back(section_of("crossings of it", e.crossings, true));
    if (!e.phases.empty()) report.sections.push_back(section_of("phases of these", e.phases, false));
    if (e.run.guest.stalls || !e.crossings.empty()) report.sections.push_back(stalls_of(e));
    return report;
}

}  // namespace vtoll::core
