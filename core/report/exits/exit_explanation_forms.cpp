// SPDX-License-Identifier: Apache-2.0
// How explanations of exits are printed.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "core/ledger/store/exits.hpp"
#include "core/report/exits/exit_explanation.hpp"
#include "core/report/screen/decimals.hpp"

namespace vtoll::core {

namespace {

struct Kind {
    const char *of, *head;
};
/// In the order in which they are printed.
constexpr Kind kinds[] = {{"part", "part of the exit"}, {"phase", "phase"}, {"stall", "stall"},
                          {"function", "function"},     {guest_part, ""},  // in tables alone
                          {guest_refill, ""},           {exit_refill, ""}};

std::string shown(const std::optional<double>& v) { return v ? decimal(*v) : "-"; }
std::string share_of(double part, double whole) { return whole ? decimal(100 * part / whole) + "%" : "-"; }

std::string spread_of(const ExitExplanation& e) {
    const Distribution& d = e.ticks;
    return fmt::format("Ticks of one: {} at least, median {}, mean {:.1f}, 95 % within {}, {} at most.", d.min,
                       d.median, d.mean(), d.p95, d.max);
}

std::vector<std::string> caption_of(const ExitExplanation& e) {
    return {fmt::format("Run {}, timing '{}', {} MHz: {} {}, {} of the ticks of all exits. {}", e.run, e.timing,
                        e.clock_hz / 1'000'000, e.ticks.n, e.ticks.n == 1 ? "exit" : "exits",
                        share_of(static_cast<double>(e.ticks.sum), static_cast<double>(e.all_ticks)), spread_of(e))};
}

std::vector<const ExitCost*> costs_by(const ExitExplanation& e, const char* of) {
    std::vector<const ExitCost*> found;
    for (const ExitCost& cost : e.costs)
        if (cost.of == of) found.push_back(&cost);
    return found;
}

Section costs_section(const ExitExplanation& e, const Kind& kind, const std::vector<const ExitCost*>& costs) {
    const bool insns = std::ranges::any_of(costs, [](const ExitCost* c) { return c->insns != 0; });
    const bool median = std::ranges::any_of(costs, [](const ExitCost* c) { return c->median.has_value(); });
    const bool dear = std::ranges::any_of(costs, [](const ExitCost* c) { return c->dear.has_value(); });
    Grid grid{{kind.head}, {}};
    if (insns) grid.heads.emplace_back("instructions");
    grid.heads.insert(grid.heads.end(), {"ticks", "share"});
    if (median) grid.heads.emplace_back("median exit");
    if (dear) grid.heads.emplace_back("dearest 5 %");
    const bool mostly = std::ranges::any_of(costs, [](const ExitCost* c) { return !c->mostly.empty(); });
    if (mostly) {
        grid.texts.insert(grid.heads.size());
        grid.heads.emplace_back("mostly");
    }
    ExitCost whole{
        "", "together", 0, 0, median ? std::optional(0.0) : std::nullopt, dear ? std::optional(0.0) : std::nullopt};
    const auto line = [&](const ExitCost& c) {
        std::vector<std::string> row{c.what};
        if (insns) row.push_back(shown(c.insns));
        row.insert(row.end(), {shown(c.ticks), share_of(c.ticks, e.ticks.mean())});
        if (median) row.push_back(shown(c.median));
        if (dear) row.push_back(shown(c.dear));
        if (mostly) row.push_back(c.mostly);
        grid.rows.push_back(std::move(row));
    };
    for (const ExitCost* cost : costs) {
        line(*cost);
        whole.insns += cost->insns;
        whole.ticks += cost->ticks;
        if (whole.median) *whole.median += cost->median.value_or(0);
        if (whole.dear) *whole.dear += cost->dear.value_or(0);
    }
    line(whole);
    return {"", {}, std::move(grid), {}};
}

/// The costs that make up most of the whole, in words.
std::string most_of(std::vector<const ExitCost*> costs, double whole) {
    std::ranges::stable_sort(costs, [](const ExitCost* a, const ExitCost* b) { return a->ticks > b->ticks; });
    std::string words;
    for (std::size_t i = 0; i < costs.size() && i < 2 && whole && costs[i]->ticks / whole > 0.05; ++i)
        words += fmt::format("{}{} {:.0f} %", i ? ", " : "", costs[i]->what, 100 * costs[i]->ticks / whole);
    return words;
}

bool insns_known(const ExitCost& c) {
    return c.of == guest_part ? c.insns != 0 : c.of != "stall" && c.of != guest_refill && c.of != exit_refill;
}

/// What the same exit costs in two runs, by one kind of parts.
struct Change {
    std::string what;
    double one = 0, other = 0;
    double more() const { return other - one; }
};

std::vector<Change> changes_by(const ExitExplanation& one, const ExitExplanation& other, const char* of) {
    std::vector<Change> changes;
    const auto at = [&](const std::string& what) -> Change& {
        const auto found = std::ranges::find_if(changes, [&](const Change& c) { return c.what == what; });
        return found == changes.end() ? changes.emplace_back(Change{what}) : *found;
    };
    for (const ExitCost* cost : costs_by(one, of)) at(cost->what).one += cost->ticks;
    for (const ExitCost* cost : costs_by(other, of)) at(cost->what).other += cost->ticks;
    std::ranges::stable_sort(changes,
                             [](const Change& a, const Change& b) { return std::abs(a.more()) > std::abs(b.more()); });
    return changes;
}

}  // namespace

PlainTable explanation_table(const ExitExplanation& e) {
    PlainTable table;
    table.name = "explanation";
    table.title = e.exit;
    table.before = caption_of(e);
    table.after = e.notes;
    table.columns = {{"part", "part"},
                     {"what", "what"},
                     {"instructions", "instructions"},
                     {"ticks", "ticks"},
                     {"median_exit", "median exit"},
                     {"dearest", "dearest 5 %"}};
    const auto cell = [](const std::optional<double>& v) { return v ? Cell(*v) : Cell(); };
    for (const Kind& kind : kinds)
        for (const ExitCost* c : costs_by(e, kind.of))
            table.rows.push_back(
                {c->of, c->what, insns_known(*c) ? Cell(c->insns) : Cell(), c->ticks, cell(c->median), cell(c->dear)});
    return table;
}

std::vector<ExitCost> costs_in(const std::string& json) {
    std::vector<ExitCost> costs;
    const nlohmann::json document = nlohmann::json::parse(json);
    for (const nlohmann::json& row : document.at("rows")) {
        const nlohmann::json& insns = row.at("instructions");
        costs.push_back(
            {row.at("part"), row.at("what"), insns.is_null() ? 0 : insns.get<double>(), row.at("ticks"), {}, {}});
    }
    return costs;
}

Report explanation_report(const ExitExplanation& e) {
    Report report{"Why this costs what it does: " + e.exit, {Section{"", caption_of(e), {}, {}}}};
    for (const Kind& kind : kinds)
        if (const auto costs = costs_by(e, kind.of); !costs.empty() && *kind.head)
            report.sections.push_back(costs_section(e, kind, costs));
    if (!costs_by(e, guest_refill).empty()) report.sections.push_back(refill_section(e));
    report.sections.back().after.insert(report.sections.back().after.end(), e.notes.begin(), e.notes.end());
    return report;
}

PlainTable difference_table(const ExitExplanation& one, const ExitExplanation& other) {
    PlainTable table;
    table.name = "explanation";
    table.title = fmt::format("{}: {} against {}", one.exit, one.run, other.run);
    table.before = {caption_of(one).front(), caption_of(other).front()};
    table.columns = {{"part", "part"},
                     {"what", "what"},
                     {"ticks", one.run},
                     {"ticks_against", other.run},
                     {"difference", "difference"},
                     {"share_percent", "share"}};
    const double whole = other.ticks.mean() - one.ticks.mean();
    for (const Kind& kind : kinds)
        for (const Change& c : changes_by(one, other, kind.of))
            table.rows.push_back(
                {kind.of, c.what, c.one, c.other, c.more(), whole ? Cell(100 * c.more() / whole) : Cell()});
    return table;
}

Report difference_report(const ExitExplanation& one, const ExitExplanation& other) {
    Report report{fmt::format("Where the difference is: {}", one.exit),
                  {Section{"", {caption_of(one).front(), caption_of(other).front()}, {}, {}}}};
    const double whole = other.ticks.mean() - one.ticks.mean();
    for (const Kind& kind : kinds) {
        const std::vector<Change> changes = changes_by(one, other, kind.of);
        if (changes.empty()) continue;
        Grid grid{{kind.head, one.run, other.run, "difference", "share"}, {}};
        for (const Change& c : changes)
            grid.rows.push_back(
                {c.what, shown(c.one), shown(c.other), signed_decimal(c.more()), share_of(c.more(), whole)});
        grid.rows.push_back(
            {"together", shown(one.ticks.mean()), shown(other.ticks.mean()), signed_decimal(whole), "100.0%"});
        report.sections.push_back({"", {}, std::move(grid), {}});
    }
    return report;
}

namespace {

struct DifferenceList {
    const char *key, *head;
    const std::vector<DifferenceLine>& lines;
};

std::vector<DifferenceList> lists_of(const RunDifference& d) {
    return {{"world", "world", d.worlds}, {"account", "world and cause", d.accounts}, {"stall", "stall", d.stalls}};
}

}  // namespace

PlainTable difference_table(const std::string& one, const std::string& other, const RunDifference& d) {
    PlainTable table;
    table.name = "difference";
    table.title = fmt::format("{} against {}", one, other);
    table.columns = {{"part", "part"},
                     {"what", "what"},
                     {"instructions", "instructions"},
                     {"ticks", "ticks"},
                     {"share_percent", "share"}};
    const auto whole = static_cast<double>(d.total.ticks);
    for (const DifferenceList& list : lists_of(d))
        for (const DifferenceLine& line : list.lines)
            table.rows.push_back({list.key, line.what, static_cast<double>(line.insns), static_cast<double>(line.ticks),
                                  whole ? Cell(100 * static_cast<double>(line.ticks) / whole) : Cell()});
    return table;
}

Report difference_report(const std::string& one, const std::string& other, const RunDifference& d) {
    Report report{fmt::format("Where the difference is: {} against {}", one, other), {}};
    report.sections.push_back(
        {"", {fmt::format("{} took {:+} instructions and {:+} ticks.", other, d.total.insns, d.total.ticks)}, {}, {}});
    const auto whole = static_cast<double>(d.total.ticks);
    for (const DifferenceList& list : lists_of(d)) {
        Grid grid{{list.head, "instructions", "ticks", "share"}, {}};
        for (const DifferenceLine& line : list.lines)
            grid.rows.push_back({line.what, fmt::format("{:+}", line.insns), fmt::format("{:+}", line.ticks),
                                 share_of(static_cast<double>(line.ticks), whole)});
        report.sections.push_back({"", {}, std::move(grid), {}});
    }
    report.sections.back().after.push_back(
        fmt::format("vtoll explain {} EXIT --against {} takes one kind of exit apart.", one, other));
    return report;
}

PlainTable exit_stalls_table(const std::string& label, const RunRecord& run, bool measured_only) {
    PlainTable table;
    table.name = "exit-stalls";
    table.title = "Stalls of the exits: mean ticks of one";
    const std::vector<ExitExplanation> exits = explain_exits(label, run, measured_only);
    table.columns = {{"exit", "exit"},
                     {.key = "exits", .head = "exits", .count = true},
                     {"time_percent", "time%"},
                     {"ticks", "ticks"}};
    std::vector<std::string> stalls;
    for (std::size_t i = 0; i < stall_count; ++i) {
        const std::string name(name_of(static_cast<Stall>(i)));
        const bool any = std::ranges::any_of(exits, [&](const ExitExplanation& e) {
            return std::ranges::any_of(e.costs, [&](const ExitCost& c) { return c.of == "stall" && c.what == name; });
        });
        if (!any) continue;
        stalls.push_back(name);
        table.columns.push_back({name, ""});  // too many for a screen
    }
    table.columns.push_back({"mostly", "mostly"});
    for (const ExitExplanation& e : exits) {
        auto& row = table.rows.emplace_back(std::vector<Cell>{
            e.exit, static_cast<double>(e.ticks.n),
            e.all_ticks ? 100 * static_cast<double>(e.ticks.sum) / static_cast<double>(e.all_ticks) : 0.0,
            e.ticks.mean()});
        for (const std::string& stall : stalls) {
            const auto cost =
                std::ranges::find_if(e.costs, [&](const ExitCost& c) { return c.of == "stall" && c.what == stall; });
            row.emplace_back(cost == e.costs.end() ? 0.0 : cost->ticks);
        }
        row.emplace_back(most_of(costs_by(e, "stall"), e.ticks.mean()));
    }
    table.before = {fmt::format("Run {}, timing '{}', {} MHz.", label, run.timing, run.clock_hz / 1'000'000)};
    table.after = {fmt::format("vtoll explain {} 'NAME OF AN EXIT' takes one apart.", label)};
    return table;
}

}  // namespace vtoll::core
