// SPDX-License-Identifier: Apache-2.0
#include "core/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/report/screen/decimals.hpp"
#include "core/report/spread.hpp"

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
            if (e.kind.finished && selects(row, e.kind)) m.operations += static_cast<double>(e.count);
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
        for (const auto& [kind, count, first, last, callers] : cpu.episodes) {
            if (!kind.measured || kind.world != World::hypervisor || (samples && !selects(row, kind))) continue;
            const double n = static_cast<double>(count) / m.operations;
            const Share share{n * static_cast<double>(kind.insns()), n * static_cast<double>(kind.ticks())};
            known.insns += share.insns;
            known.cycles += share.cycles;
            const StallTotals of_kind = kind.stalls();
            for (std::size_t i = 0; i < stall_count; ++i) stalls[i] += n * static_cast<double>(of_kind[i]);
            for (u16 phase = 0; phase < max_phases; ++phase)
                if (const PhaseCost& p = kind.phases[phase]; p.insns || p.ticks)
                    add_to(e.phases, name_of_phase(run.phases, phase), 0, {n * p.insns, n * p.ticks});
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

constexpr const char *refills = "the guest refills", *otherwise_done = "the guest does otherwise";

/// Of the run and the native one.
bool is_difference(const std::string& what) { return what == refills || what == otherwise_done; }

/// What the operation is made of: it adds up.
std::vector<std::pair<std::string, Share>> parts_of(const Explanation& e) {
    std::vector<std::pair<std::string, Share>> parts;
    if (e.native) {
        Share refilled, otherwise = difference(e.run.guest.share, e.native->share);
        for (std::size_t i = 0; i < stall_count; ++i)
            if (is_refill(static_cast<Stall>(i))) refilled.cycles += (*e.run.guest.stalls)[i] - (*e.native->stalls)[i];
        otherwise.cycles -= refilled.cycles;
        parts.emplace_back("natively", e.native->share);
        parts.emplace_back(refills, refilled);
        parts.emplace_back(otherwise_done, otherwise);
    } else {
        parts.emplace_back("the guest, with what it refills", e.run.guest.share);
    }
    parts.emplace_back("crossings", e.run.hypervisor.share);
    parts.emplace_back("in no account", Share{0, e.run.residue});
    parts.emplace_back("together", Share{e.run.guest.share.insns + e.run.hypervisor.share.insns, e.run.whole()});
    return parts;
}

/// A line of the explanation over all placements.
struct Part {
    std::string part, what;
    std::vector<double> times, insns, cycles;  ///< by placement
    bool difference = false;                   ///< of the run and the native one

    Spread spread() const { return spread_of(cycles); }
    /// Both runs have each placement, and it is their difference in each that spreads: Student's t-test.
    bool within_noise() const { return difference && core::within_noise(spread(), 0); }
};

constexpr const char *of_operation = "operation", *of_crossing = "crossing", *of_phase = "phase";
constexpr const char *native_stalls = "stall, native", *guest_stalls = "stall, guest",
                     *crossing_stalls = "stall, crossings";
/// Parts that have cycles and no instructions.
constexpr std::array stall_parts{native_stalls, guest_stalls, crossing_stalls};

/// Adds what one placement says. What it doesn't have is nothing there.
class Parts {
public:
    explicit Parts(const std::vector<Explanation>& placements) : placements_(placements.size()) {
        for (; at_ < placements_; ++at_) add(placements[at_]);
    }
    std::vector<Part> take() { return std::move(parts_); }

private:
    void add(const Explanation& e) {
        for (const auto& [what, share] : parts_of(e)) {
            Part& part = line(of_operation, what, 0, share.insns, share.cycles);
            part.difference = e.native && is_difference(what);
        }
        for (const Line& l : e.crossings) line(of_crossing, l.what, l.times, l.share.insns, l.share.cycles);
        for (const Line& l : e.phases) line(of_phase, l.what, 0, l.share.insns, l.share.cycles);
        if (e.native) add_stalls(native_stalls, e.native->stalls);
        add_stalls(guest_stalls, e.run.guest.stalls);
        add_stalls(crossing_stalls, e.run.hypervisor.stalls);
    }
    void add_stalls(const char* part, const std::optional<CpiStack>& stack) {
        for (std::size_t i = 0; stack && i < stall_count; ++i)
            if ((*stack)[i] != 0) line(part, std::string(name_of(static_cast<Stall>(i))), 0, 0, (*stack)[i]);
    }
    Part& line(const char* part, const std::string& what, double times, double insns, double cycles) {
        auto found =
            std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.part == part && p.what == what; });
        if (found == parts_.end()) {
            const std::vector<double> none(placements_);
            found = parts_.insert(behind(part), {part, what, none, none, none});
        }
        found->times[at_] += times;
        found->insns[at_] += insns;
        found->cycles[at_] += cycles;
        return *found;
    }
    /// Behind the last line of this part, at the end when there is none.
    std::vector<Part>::iterator behind(const char* part) {
        const auto last = std::find_if(parts_.rbegin(), parts_.rend(), [&](const Part& p) { return p.part == part; });
        return last == parts_.rend() ? parts_.end() : last.base();
    }

    std::size_t placements_, at_ = 0;
    std::vector<Part> parts_;
};

Section section_of(const std::string& heading, const std::vector<Part>& parts, const char* of, bool several) {
    const bool times = of == of_crossing;
    Grid grid{{heading}, {}};
    if (times) grid.heads.emplace_back("times");
    grid.heads.insert(grid.heads.end(), {"instructions", "cycles"});
    if (several) grid.heads.emplace_back(deviation_head);
    if (times) grid.heads.emplace_back("cycles each");
    for (const Part& part : parts) {
        if (part.part != of) continue;
        const double n = spread_of(part.times).mean, cycles = part.spread().mean;
        std::vector<std::string> row{part.what};
        if (times) row.push_back(n ? fmt::format("{:.3f}", n) : "-");
        row.push_back(decimal(spread_of(part.insns).mean));
        row.push_back(decimal(cycles) + (part.within_noise() ? noise_mark : ""));
        if (several) row.push_back(decimal(part.spread().deviation));
        if (times) row.push_back(n ? decimal(cycles / n) : "-");
        grid.rows.push_back(std::move(row));
    }
    return {"", {}, std::move(grid), {}};
}

/// `first`: which columns there are.
Section stalls_of(const Explanation& first, const std::vector<Part>& parts) {
    struct Column {
        const char *head, *part;
        bool known;
    };
    std::vector<Column> columns;
    if (first.native) columns.push_back({"native", native_stalls, first.native->stalls.has_value()});
    if (first.run.guest.stalls) columns.push_back({"guest", guest_stalls, true});
    columns.push_back({"crossings", crossing_stalls, first.run.hypervisor.stalls.has_value()});
    Grid grid{{"cycles by stall"}, {}};
    for (const Column& column : columns) grid.heads.emplace_back(column.head);
    for (std::size_t i = 0; i < stall_count; ++i) {
        std::vector<std::string> row{std::string(name_of(static_cast<Stall>(i)))};
        bool any = false;
        for (const Column& column : columns) {
            const auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& p) {
                return p.part == column.part && p.what == row.front();
            });
            const double cycles = part == parts.end() ? 0 : part->spread().mean;
            any |= std::abs(cycles) >= 0.05;
            row.push_back(column.known ? decimal(cycles) : "-");
        }
        if (any) grid.rows.push_back(std::move(row));
    }
    return {"", {}, std::move(grid), {}};
}

std::vector<u64> numbers_of(const std::vector<Explanation>& placements) {
    std::vector<u64> numbers;
    for (const Explanation& e : placements) numbers.push_back(e.placement);
    return numbers;
}

std::vector<std::string> caption_of(const std::vector<Explanation>& placements) {
    std::vector<std::string> caption = placements.front().caption;
    const std::string words = about_placements(numbers_of(placements), placements.front().has_caches,
                                               "Student's t-test of their differences");
    if (!words.empty()) caption.push_back(words);
    return caption;
}

}  // namespace

Explanation explain(const std::string& title, const Operation& row, const RunRecord& run) {
    Explanation e;
    e.title = title;
    e.placement = run.placement;
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

PlainTable explanation_table(const std::vector<Explanation>& placements) {
    const bool several = placements.size() > 1;
    PlainTable out;
    out.name = "explanation";
    out.title = placements.front().title;
    out.before = caption_of(placements);
    out.columns = {
        {"part", "part"}, {"what", "what"}, {"times", "times"}, {"instructions", "instructions"}, {"cycles", "cycles"}};
    if (several) {
        out.placements = numbers_of(placements);
        out.columns.push_back({"cycles_deviation", deviation_head});
        out.columns.push_back({"cycles_within_noise", ""});
    }
    for (const Part& part : Parts(placements).take()) {
        const bool stall = std::ranges::find(stall_parts, part.part) != stall_parts.end();
        std::vector<Cell> row{part.part, part.what, {}, {}, part.spread().mean};
        if (part.part == of_crossing) row[2] = spread_of(part.times).mean;
        if (!stall) row[3] = spread_of(part.insns).mean;
        if (several) row.insert(row.end(), {part.spread().deviation, Cell()});
        if (several && part.difference) row.back() = part.within_noise();
        out.rows.push_back(std::move(row));
    }
    return out;
}

Report explanation_report(const std::vector<Explanation>& placements) {
    const Explanation& first = placements.front();
    const bool several = placements.size() > 1;
    const std::vector<Part> parts = Parts(placements).take();
    const auto has = [&](const char* of) {
        return std::any_of(parts.begin(), parts.end(), [&](const Part& p) { return p.part == of; });
    };
    Report report{"Why this costs what it does: " + first.title, {Section{"", caption_of(placements), {}, {}}}};
    report.sections.push_back(section_of("one operation", parts, of_operation, several));
    if (!has(of_crossing)) report.sections.back().after.push_back("It doesn't enter the hypervisor.");
    else report.sections.push_back(section_of("crossings of it", parts, of_crossing, several));
    if (has(of_phase)) report.sections.push_back(section_of("phases of these", parts, of_phase, several));
    if (first.run.guest.stalls || has(of_crossing)) report.sections.push_back(stalls_of(first, parts));
    return report;
}

}  // namespace vtoll::core
