// SPDX-License-Identifier: Apache-2.0
#include "core/report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vtoll::core {

namespace {

bool far_apart(std::optional<u64> published, u64 measured) {
    if (!published) return false;
    const auto a = static_cast<double>(*published), b = static_cast<double>(measured);
    return std::abs(b - a) > explain_beyond * a;
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

Section side_by_side(const Comparison& c) {
    const bool other = !c.definition.other_title.empty();
    Grid grid;
    grid.heads = {"operation"};
    for (const char* group : {"instructions", "cycles"})
        for (const char* name : {"published", "measured", "ratio"}) grid.heads.push_back(fmt::format("{}\n{}", group, name));
    if (other) grid.heads.push_back("para [1]\npublished");
    for (const ComparedRow& row : c.rows) {
        const auto insns = row.measured ? std::optional(row.measured->insns.median) : std::nullopt;
        const auto ticks = row.measured ? std::optional(row.measured->ticks.median) : std::nullopt;
        const auto value = [&](std::optional<u64> v) { return row.measured ? whole(v) : "failed"; };
        grid.rows.push_back({row.definition.operation, whole(row.published_insns), value(insns),
                             ratio(row.published_insns, insns), whole(row.published_cycles), value(ticks),
                             ratio(row.published_cycles, ticks)});
        if (other) grid.rows.back().push_back(range(row.other_low, row.other_high));
    }
    Section section;
    section.grid = std::move(grid);
    if (other) section.after.push_back("[1] " + c.definition.other_title);
    return section;
}

Section spread(const Comparison& c) {
    Grid grid;
    grid.heads = {"operation", "n"};
    for (const char* group : {"instructions", "cycles"})
        for (const char* name : {"min", "median", "mean", "max"}) grid.heads.push_back(fmt::format("{}\n{}", group, name));
    for (const ComparedRow& row : c.rows) {
        if (!row.measured) continue;
        std::vector<std::string> cells{row.definition.operation, whole(row.measured->insns.n)};
        for (const Distribution* d : {&row.measured->insns, &row.measured->ticks})
            cells.insert(cells.end(), {whole(d->min), whole(d->median), fmt::format("{:.1f}", d->mean()), whole(d->max)});
        grid.rows.push_back(std::move(cells));
    }
    Section section{"Spread", {}, std::move(grid), {}};
    section.after.push_back("n operations after warm-up; the median of an even number is the lower of the middle two.");
    return section;
}

/// What the cycles consist of, in words; every number from the phases.
std::string reading(const ComparedRow& row) {
    double insns = 0, ticks = 0, device = 0, exception = 0;
    const PhaseLine* largest = nullptr;
    for (const PhaseLine& line : row.measured->phases) {
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
    if (row.published_cycles && row.published_insns && *row.published_insns)
        out += fmt::format(". Published: {:.2f} cycles per instruction, here {:.2f}",
                           static_cast<double>(*row.published_cycles) / static_cast<double>(*row.published_insns), ticks / insns);
    return out + ".";
}

Section breakdown(const ComparedRow& row) {
    const Measured& m = *row.measured;
    double total = 0;
    for (const PhaseLine& line : m.phases) total += line.ticks;
    Grid grid;
    grid.heads = {"phase", "instructions", "cycles", "share", "of which\ndevice", "of which\nexception"};
    for (const PhaseLine& line : m.phases)
        grid.rows.push_back({line.phase, amount(line.insns), amount(line.ticks),
                             fmt::format("{:.0f} %", total > 0 ? 100 * line.ticks / total : 0.0), amount(line.device),
                             amount(line.exception)});
    Section section;
    section.heading = fmt::format("{}: {} instructions ({} published), {} cycles ({} published)", row.definition.operation,
                                  m.insns.median, whole(row.published_insns), m.ticks.median, whole(row.published_cycles));
    section.before.push_back("In it: " + row.definition.about + "." + (m.phases_are_mean ? " Mean of all operations." : ""));
    section.before.push_back(reading(row));
    if (!m.phases.empty()) section.grid = std::move(grid);
    return section;
}

}  // namespace

bool ComparedRow::explained() const {
    return measured && (far_apart(published_insns, measured->insns.median) || far_apart(published_cycles, measured->ticks.median));
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

std::string ratio(std::optional<u64> published, std::optional<u64> measured) {
    if (!published || !measured) return "-";
    if (*published == 0) return *measured == 0 ? "equal" : "-";
    return fmt::format("{:.2f}", static_cast<double>(*measured) / static_cast<double>(*published));
}

Report to_report(const Comparison& c) {
    Report report;
    report.title = c.definition.title;
    Section caption;
    caption.before.push_back(fmt::format("Measured: {} on vtoll's machine `virt`, medians; cycles by the timing model '{}' ({}).",
                                         c.hypervisor, c.timing, c.timing_title));
    report.sections.push_back(caption);
    report.sections.push_back(side_by_side(c));
    for (const ComparedRow& row : c.rows)
        if (!row.measured) report.sections.back().after.push_back(row.definition.operation + ": " + row.failure);
    report.sections.push_back(spread(c));
    for (const ComparedRow& row : c.rows)
        if (row.explained()) report.sections.push_back(breakdown(row));
    Section sources{"Sources", {c.definition.citation}, {}, {}};
    if (!c.definition.note.empty()) sources.before.push_back(c.definition.note);
    sources.before.push_back(fmt::format("Timing model '{}': {}", c.timing, c.timing_model));
    report.sections.push_back(std::move(sources));
    return report;
}

}  // namespace vtoll::core
