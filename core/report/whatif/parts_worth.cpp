// SPDX-License-Identifier: Apache-2.0
#include "core/report/whatif/parts_worth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/ledger/store/exits.hpp"

namespace vtoll::core {

namespace {

constexpr unsigned measuring = 1, measured = 2;  // the markers

double number(u64 value) { return static_cast<double>(value); }

/// Of all processors that came to both markers.
std::optional<Counts> measured_part(const RunRecord& run) {
    std::optional<Counts> sum;
    for (const ProcessorRecord& cpu : run.cpus) {
        const MarkerHit* began = nullptr;
        for (const MarkerHit& hit : cpu.markers) {
            if (hit.option == measuring && !began) began = &hit;
            if (hit.option != measured || !began) continue;
            if (!sum) sum.emplace();
            sum->insns += hit.at.insns - began->at.insns;
            sum->ticks += hit.at.ticks - began->at.ticks;
            began = nullptr;
        }
    }
    return sum;
}

struct Cost {
    double times = 1, insns = 0, ticks = 0;
};

/// Means of one exit. Throws InputError with the names that there are.
std::optional<Cost> cost_of_exit(const RunRecord& run, const Scope& scope, std::string* names) {
    const ExitSplit split{.measured_only = !scope.whole && has_measured_part(run)};
    for (const ExitRow& row : exit_rows(run, split)) {
        if (!row.finished) continue;
        if (row.exit == scope.exit) return Cost{number(row.ticks.n), row.insns.mean(), row.ticks.mean()};
        if (names) *names += fmt::format("{}'{}'", names->empty() ? "" : ", ", row.exit);
    }
    return std::nullopt;
}

std::optional<Cost> cost_of(const RunRecord& run, const Scope& scope) {
    if (!scope.exit.empty()) return cost_of_exit(run, scope, nullptr);
    const std::optional<Counts> part = scope.whole ? std::nullopt : measured_part(run);
    const Counts counts = part ? *part : run.machine();
    return Cost{1, number(counts.insns), number(counts.ticks)};
}

std::string words_of(const RunRecord& run, const Scope& scope) {
    const bool part = !scope.whole && has_measured_part(run);
    const char* where = part ? "between the markers DBG #1 and DBG #2" : "the whole run";
    return scope.exit.empty() ? std::string(where) : fmt::format("one '{}', mean, {}", scope.exit, where);
}

/// 12345.6 as "12,346".
std::string grouped(double value) {
    std::string digits = fmt::format("{:.0f}", std::abs(value));
    for (auto i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), 1, ',');
    return (value < 0 ? "-" : "") + digits;
}

}  // namespace

bool has_measured_part(const RunRecord& run) { return measured_part(run).has_value(); }

PlainTable parts_table(const std::vector<PartRun>& runs, const Scope& scope) {
    using Style = PlainTable::Style;
    const RunRecord& as_is = runs.front().run.record;
    const std::optional<Cost> base = cost_of(as_is, scope);
    if (!base) {
        std::string names;
        (void)cost_of_exit(as_is, scope, &names);
        throw InputError(fmt::format("--exit {}: {} has no such exit; expected {}", scope.exit, as_is.scenario,
                                     names.empty() ? "a run that has exits" : names));
    }
    PlainTable table;
    table.name = "parts";
    table.title = fmt::format("Worth of the machine's parts to {}, by '{}': {}", as_is.scenario, as_is.timing,
                              words_of(as_is, scope));
    const Style style = scope.exit.empty() ? Style::whole : Style::plain;
    const auto worth = [](std::size_t row, double from, double to) { return row ? Cell(to - from) : Cell(); };
    const auto share = [](std::size_t row, double from, double to) {
        return row && to ? Cell(100 * (to - from) / to) : Cell();
    };
    const auto more = [](std::size_t row, double from, double to) { return row ? Cell(to - from) : Cell(); };
    table.columns = {{"part", "free"}, {"what", ""}};
    if (!scope.exit.empty()) table.columns.push_back({"exits", "exits", 0, Style::whole});
    table.columns.push_back({"instructions_as_is", ""});
    table.columns.push_back({"instructions", "instructions", 0, style});
    table.columns.push_back({"instructions_more", "more", 0, style, false,
                             PlainTable::Difference{"instructions_as_is", "instructions", more}});
    table.columns.push_back({"ticks_as_is", "", 0, style, true});
    table.columns.push_back({"ticks", "ticks", 0, style, true});
    table.columns.push_back({"worth", "worth", 0, style, false, PlainTable::Difference{"ticks", "ticks_as_is", worth}});
    table.columns.push_back(
        {"share", "%", 0, Style::plain, false, PlainTable::Difference{"ticks", "ticks_as_is", share}});
    for (const PartRun& part : runs) {
        const std::optional<Cost> cost = cost_of(part.run.record, scope);
        std::vector<Cell>& cells = table.rows.emplace_back();
        cells = {part.run.label, part.what};
        const auto put = [&](double Cost::*what) { cells.push_back(cost ? Cell((*cost).*what) : Cell()); };
        if (!scope.exit.empty()) put(&Cost::times);
        cells.emplace_back(base->insns);
        put(&Cost::insns);
        cells.emplace_back();
        cells.emplace_back(base->ticks);
        put(&Cost::ticks);
        cells.resize(table.columns.size());
        if (!cost) table.failures.push_back(fmt::format("{} free: the run has no '{}'", part.run.label, scope.exit));
    }
    derive(table);
    return table;
}

std::vector<std::string> parts_notes(const std::vector<std::vector<PartRun>>& placements) {
    double least = 0, most = 0, share = 0;
    std::string consoles;
    for (std::size_t i = 1; i < placements.front().size(); ++i) {
        std::size_t line = 0;
        for (const std::vector<PartRun>& runs : placements) {
            const ComparedRun &as_is = runs.front().run, &free = runs[i].run;
            const double insns = number(as_is.record.machine().insns);
            const double more = number(free.record.machine().insns) - insns;
            least = std::min(least, more);
            most = std::max(most, more);
            share = std::max(share, std::abs(more) / insns);
            if (line == 0 && free.console != as_is.console) line = differing_line(as_is.console, free.console);
        }
        if (line)
            consoles +=
                fmt::format("{}{} (line {})", consoles.empty() ? "" : ", ", placements.front()[i].run.label, line);
    }
    std::vector<std::string> notes;
    if (share > 0)
        notes.push_back(fmt::format(
            "The runs do not execute the same: {} to {} instructions more than as it is, up to {:.2g} % of them. What "
            "this guest does depends on time, because it polls or a timer ticks; that is part of the differences.",
            grouped(least), grouped(most), 100 * share));
    if (!consoles.empty())
        notes.push_back("The console is another, because the guest prints what depends on time. With these free: " +
                        consoles + ".");
    return notes;
}

std::string parts_left(const RunRecord& run) {
    std::map<Stall, u64> left;
    u64 all = 0;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Account& account : cpu.accounts) {
            left[account.stall] += account.ticks;
            all += account.ticks;
        }
    std::string text;
    for (const auto& [stall, ticks] : left)
        if (ticks) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name_of(stall), grouped(number(ticks)));
    return fmt::format("With all of them free the whole run has {} ticks left: {}.", grouped(number(all)), text);
}

Report parts_report(const PlainTable& given) {
    PlainTable table = given;
    const auto cell = [&](std::size_t row, const char* key) {
        const auto* value = std::get_if<double>(&table.rows[row][column_named(table, key)]);
        return value ? *value : 0.0;
    };
    bool differ = false;
    double most = 0;
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        differ = differ || cell(row, "instructions_more") != 0;
        most = std::max(most, std::abs(cell(row, "share")));
    }
    if (!differ)
        for (const char* key : {"instructions", "instructions_more"}) table.columns[column_named(table, key)].head = "";
    Report report = to_report(table);
    report.sections.back().heading.clear();
    constexpr double width = 30;
    for (Section& section : report.sections) {
        if (!section.grid) continue;
        section.grid->heads.emplace_back("");
        for (std::size_t row = 0; row < section.grid->rows.size(); ++row) {
            const auto full = most > 0 ? std::lround(width * std::abs(cell(row, "share")) / most) : 0;
            std::string bar;
            for (long i = 0; i < std::lround(width); ++i) bar += i < full ? "█" : " ";
            section.grid->rows[row].push_back(std::move(bar));
        }
    }
    return report;
}

}  // namespace vtoll::core
