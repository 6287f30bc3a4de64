// SPDX-License-Identifier: Apache-2.0
#include "core/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vtoll::core {

namespace {

constexpr std::size_t shown_free = 3;  // stalls of which it is said what there was without them

bool far_apart(std::optional<u64> published, double measured) {
    if (!published) return false;
    const auto a = static_cast<double>(*published);
    return std::abs(measured - a) > explain_beyond * a;
}

std::optional<double> cycles_of(const std::optional<Measured>& m) {
    return m ? std::optional(m->ticks_spread().mean) : std::nullopt;
}
std::optional<double> insns_of(const std::optional<Measured>& m) {
    return m ? std::optional(m->insns_spread().mean) : std::nullopt;
}

std::string whole(std::optional<u64> value) { return value ? fmt::format("{}", *value) : "-"; }

/// A whole number without, a mean with a decimal.
std::string amount(double value) {
    return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value);
}

std::string range(std::optional<u64> low, std::optional<u64> high) {
    if (!low || !high) return "-";
    return *low == *high ? whole(low) : fmt::format("{}-{}", *low, *high);
}

std::string marked(const std::string& text, bool noise) { return noise ? text + noise_mark : text; }

/// "352", of several placements "352.3 ±88".
std::string amount(const Spread& spread) {
    if (spread.n < 2) return amount(spread.mean);
    const bool whole = spread.deviation == 0 || spread.deviation >= 10;
    return fmt::format("{} {}{:.{}f}", amount(spread.mean), deviation_head, spread.deviation, whole ? 0 : 1);
}

Section side_by_side(const Comparison& c) {
    Grid grid;
    grid.heads = {"operation"};
    for (const char* group : {"instructions", "cycles"})
        for (const char* name : {"published", "measured", "ratio"})
            grid.heads.push_back(fmt::format("{}\n{}", group, name));
    if (!c.reference.empty()) grid.heads.push_back("cycles\n" + c.reference);
    for (const ComparedRow& row : c.rows) {
        const auto insns = insns_of(row.measured), ticks = cycles_of(row.measured);
        grid.rows.push_back({row.definition.operation, whole(row.published_insns), insns ? amount(*insns) : "failed",
                             ratio(row.published_insns, insns), whole(row.published_cycles),
                             row.measured ? amount(row.measured->ticks_spread()) : "failed",
                             marked(ratio(row.published_cycles, ticks), within_noise_of_published(row))});
        if (!c.reference.empty()) grid.rows.back().push_back(whole(row.reference_ticks));
    }
    Section section;
    section.grid = std::move(grid);
    if (!c.reference.empty())
        section.after.push_back(fmt::format("The last column: measured too, by the timing model '{}'.", c.reference));
    return section;
}

/// The table's quotient of two cycles: "4.33".
std::string times(std::optional<double> numerator, std::optional<double> denominator) {
    if (!numerator || !denominator || *denominator == 0) return "-";
    return fmt::format("{:.2f}", *numerator / *denominator);
}

/// The other system, and the first one's cycles in its.
Section other_side(const Comparison& c) {
    Grid grid;
    grid.heads = {"operation", "insns\nmeasured"};
    for (const char* name : {"published", "measured", "ratio"}) grid.heads.push_back(fmt::format("cycles\n{}", name));
    for (const char* name : {"published", "measured"}) grid.heads.push_back(fmt::format("above / here\n{}", name));
    bool ranges = false, missing = false;
    for (const ComparedRow& row : c.rows) {
        ranges |= row.other_low != row.other_high;
        missing |= !row.other_low && !row.definition.other;
        const bool failed = !row.other && !row.other_failure.empty();
        const auto insns = insns_of(row.other), ticks = cycles_of(row.other);
        const std::string nothing = failed ? "failed" : "N/A";
        const std::string low = times(row.published_cycles, row.other_high),
                          high = times(row.published_cycles, row.other_low);
        grid.rows.push_back({row.definition.operation, insns ? amount(*insns) : nothing,
                             row.other_low ? range(row.other_low, row.other_high) : "N/A",
                             row.other ? amount(row.other->ticks_spread()) : nothing,
                             ratio(row.other_low, row.other_high, ticks), low == high ? low : low + "-" + high,
                             marked(times(cycles_of(row.measured), ticks), within_noise_of_other(row))});
    }
    Section section{c.definition.other_title, {}, std::move(grid), {}};
    if (!c.other.empty()) section.before.push_back(fmt::format("Measured: {}, same timing model.", c.other));
    if (ranges) section.after.push_back("Ratio to a published range: to its nearer bound; 1.00 within.");
    if (missing) section.after.push_back("N/A: not published, and nothing that such a system does.");
    return section;
}

Section spread(const Comparison& c) {
    Grid grid;
    grid.heads = {"operation", "n"};
    for (const char* group : {"instructions", "cycles"})
        for (const char* name : {"min", "median", "mean", "max"})
            grid.heads.push_back(fmt::format("{}\n{}", group, name));
    for (const ComparedRow& row : c.rows) {
        if (!row.measured) continue;
        std::vector<std::string> cells{row.definition.operation, whole(row.measured->insns.n)};
        for (const Distribution* d : {&row.measured->insns, &row.measured->ticks})
            cells.insert(cells.end(),
                         {whole(d->min), whole(d->median), fmt::format("{:.1f}", d->mean()), whole(d->max)});
        grid.rows.push_back(std::move(cells));
    }
    Section section{"Spread", {}, std::move(grid), {}};
    section.after.push_back("n operations after warm-up; the median of an even number is the lower of the middle two.");
    return section;
}

/// What the cycles consist of, in words; every number from the phases.
std::string reading(const Measured& m, std::optional<u64> published_insns, std::optional<u64> published_cycles) {
    double insns = 0, ticks = 0, device = 0, exception = 0;
    const PhaseLine* largest = nullptr;
    for (const PhaseLine& line : m.phases) {
        insns += line.insns;
        ticks += line.ticks;
        device += line.device;
        exception += line.exception;
        if (line.insns > 0 && (!largest || line.ticks > largest->ticks)) largest = &line;
    }
    if (!largest) return "No instruction of the hypervisor is in it.";
    const double issue = ticks - device - exception;
    std::string out = fmt::format("Of {} cycles, {} are {} instructions at {:.2f} each, {} exception entry and return",
                                  amount(ticks), amount(issue), amount(insns), issue / insns, amount(exception));
    if (device > 0) out += fmt::format(", {} waiting for device registers", amount(device));
    out += fmt::format("; the largest phase is '{}' with {:.0f} %", largest->phase, 100 * largest->ticks / ticks);
    if (published_cycles && published_insns && *published_insns)
        out +=
            fmt::format(". Published: {:.2f} cycles per instruction, here {:.2f}",
                        static_cast<double>(*published_cycles) / static_cast<double>(*published_insns), ticks / insns);
    return out + ".";
}

Section breakdown(const std::string& operation, const std::string& about, const Measured& m,
                  std::optional<u64> published_insns, const std::string& published_cycles, const std::string& words) {
    double total = 0;
    for (const PhaseLine& line : m.phases) total += line.ticks;
    Grid grid;
    grid.heads = {"phase", "instructions", "cycles", "share", "of which\ndevice", "of which\nexception"};
    for (const PhaseLine& line : m.phases)
        grid.rows.push_back({line.phase, amount(line.insns), amount(line.ticks),
                             fmt::format("{:.0f} %", total > 0 ? 100 * line.ticks / total : 0.0), amount(line.device),
                             amount(line.exception)});
    Section section;
    section.heading = fmt::format("{}: {} instructions ({} published), {} cycles ({} published)", operation,
                                  m.insns.median, whole(published_insns), m.ticks.median, published_cycles);
    section.before.push_back("In it: " + about + "." + (m.phases_are_mean ? " Mean of all operations." : ""));
    section.before.push_back(words);
    if (!m.phases.empty()) section.grid = std::move(grid);
    return section;
}

/// Where the cycles of the row go, on one or both systems, and what they were without the largest stalls.
Section stack(const Comparison& c, const ComparedRow& row) {
    struct Side {
        std::string name;
        const Measured* measured;
        double total;
    };
    std::vector<Side> sides;
    const auto add = [&](const std::string& name, const std::optional<Measured>& m) {
        if (!m) return;
        double total = 0;
        for (double ticks : m->stalls) total += ticks;
        if (total > 0) sides.push_back({name, &*m, total});
    };
    add(c.hypervisor, row.measured);
    add(c.other, row.other);

    Section section;
    section.heading = row.definition.operation + ": cycles by stall";
    if (row.other && !row.other->phases.empty())
        section.before.push_back(fmt::format("{}: {}.{}", c.other, row.definition.other->about,
                                             row.other->phases_are_mean ? " Mean of all operations." : ""));
    Grid grid;
    grid.heads = {"stall"};
    for (const Side& side : sides)
        for (const char* name : {"cycles", "share"}) grid.heads.push_back(fmt::format("{}\n{}", side.name, name));
    std::vector<std::string> totals{"all"};
    for (const Side& side : sides) totals.insert(totals.end(), {amount(side.total), "100 %"});
    for (std::size_t i = 0; i < stall_count; ++i) {
        const auto stall = static_cast<Stall>(i);
        std::vector<std::string> cells{std::string(name_of(stall))};
        bool any = false;
        for (const Side& side : sides) {
            const double ticks = side.measured->stalls[i];
            any |= ticks > 0;
            cells.insert(cells.end(), {amount(ticks), fmt::format("{:.0f} %", 100 * ticks / side.total)});
        }
        if (any) grid.rows.push_back(std::move(cells));
    }
    grid.rows.push_back(std::move(totals));
    if (!sides.empty()) section.grid = std::move(grid);
    for (const Side& side : sides)
        for (const Stall stall : largest_stalls(side.measured->stalls, shown_free))
            section.after.push_back(fmt::format("{}: if {} were free: {} cycles instead of {}", side.name,
                                                name_of(stall), amount(without(side.measured->stalls, stall)),
                                                amount(side.total)));
    return section;
}

/// What each row's medians come from.
void add_details(Report& report, const Comparison& c) {
    report.sections.push_back(spread(c));
    for (const ComparedRow& row : c.rows)
        if (row.explained())
            report.sections.push_back(breakdown(row.definition.operation, row.definition.about, *row.measured,
                                                row.published_insns, whole(row.published_cycles),
                                                reading(*row.measured, row.published_insns, row.published_cycles)));
    for (const ComparedRow& row : c.rows)
        if (row.other_explained())
            report.sections.push_back(breakdown(c.other + ": " + row.definition.operation, row.definition.other->about,
                                                *row.other, {}, range(row.other_low, row.other_high),
                                                reading(*row.other, {}, {})));
    for (const ComparedRow& row : c.rows)
        if (Section section = stack(c, row); section.grid) report.sections.push_back(std::move(section));
}

}  // namespace

bool ComparedRow::explained() const {
    return measured && (far_apart(published_insns, measured->insns_spread().mean) ||
                        far_apart(published_cycles, measured->ticks_spread().mean));
}

bool ComparedRow::other_explained() const {
    if (!other || !other_low || !other_high) return false;
    const double ticks = other->ticks_spread().mean;
    const auto low = static_cast<double>(*other_low), high = static_cast<double>(*other_high);
    return (ticks < low && far_apart(other_low, ticks)) || (ticks > high && far_apart(other_high, ticks));
}

ComparedRow published_row(const TableDefinition& table, const PublishedTable& published, const RowDefinition& row) {
    ComparedRow out;
    out.definition = row;
    out.published_insns = published.number(row.operation, table.instructions);
    out.published_cycles = published.number(row.operation, table.cycles);
    if (!table.other_low.empty()) {
        out.other_low = published.number(row.operation, table.other_low);
        out.other_high = published.number(row.operation, table.other_high);
    }
    return out;
}

bool within_noise_of_published(const ComparedRow& row) {
    return row.measured && row.published_cycles &&
           within_noise(row.measured->ticks_spread(), static_cast<double>(*row.published_cycles));
}

bool within_noise_of_other(const ComparedRow& row) {
    return row.measured && row.other && within_noise(row.measured->ticks_spread(), row.other->ticks_spread());
}

std::string ratio(std::optional<u64> published, std::optional<double> measured) {
    if (!published || !measured) return "-";
    if (*published == 0) return *measured == 0 ? "equal" : "-";
    return fmt::format("{:.2f}", *measured / static_cast<double>(*published));
}

std::string ratio(std::optional<u64> low, std::optional<u64> high, std::optional<double> measured) {
    if (!low || !high || !measured) return "-";
    const auto least = static_cast<double>(*low), most = static_cast<double>(*high);
    if (least < most && least <= *measured && *measured <= most) return "1.00";
    return ratio(*measured < least ? low : high, measured);
}

Report to_report(const Comparison& c) {
    Report report;
    report.title = c.definition.title;
    Section caption;
    caption.before.push_back(
        fmt::format("Measured: {} on vtoll's machine `virt`, medians; cycles by the timing model '{}' ({}).",
                    c.hypervisor, c.timing, c.timing_title));
    if (const std::string words = about_placements(c.placements, c.has_caches); !words.empty())
        caption.before.push_back(words);
    if (c.detailed && c.placements.size() > 1)
        caption.before.push_back(fmt::format("Spread, phases and stalls are those of placement {}.", c.placements[0]));
    report.sections.push_back(caption);
    report.sections.push_back(side_by_side(c));
    for (const ComparedRow& row : c.rows)
        if (!row.measured) report.sections.back().after.push_back(row.definition.operation + ": " + row.failure);
    if (!c.definition.other_title.empty()) {
        report.sections.push_back(other_side(c));
        for (const ComparedRow& row : c.rows)
            if (!row.other && !row.other_failure.empty())
                report.sections.back().after.push_back(row.definition.operation + ": " + row.other_failure);
    }
    if (c.detailed) add_details(report, c);
    Section sources{"Sources", {c.definition.citation}, {}, {}};
    if (!c.definition.note.empty()) sources.before.push_back(c.definition.note);
    sources.before.push_back(c.detailed
                                 ? fmt::format("Timing model '{}': {}", c.timing, c.timing_model)
                                 : fmt::format("Timing model: vtoll models show {}. Spread, phases and stalls of "
                                               "each row: -v.",
                                               c.timing));
    report.sections.push_back(std::move(sources));
    return report;
}

}  // namespace vtoll::core
