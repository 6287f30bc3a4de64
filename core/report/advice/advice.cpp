// SPDX-License-Identifier: Apache-2.0
#include "core/report/advice/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/report/advice/rules.hpp"

namespace vtoll::core {

namespace {

/// What is worth less of the exits, or of the run, is not worth a reader's time.
constexpr u64 least_permille = 5;

double percent(u64 part, u64 whole) {
    return whole ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0.0;
}

/// "12345 ticks, 67.8 % of the exits'"
std::string worth_of(const Advice& advice, const Finding& f) {
    if (!f.worth) return "worth unknown";
    return fmt::format("worth {} ticks, {:.1f} % of the {}", *f.worth, percent(*f.worth, advice.whole(f)),
                       f.of_exits ? "exits'" : "run's");
}

void add_cure(Section& section, const Rule& rule) {
    section.before.push_back("Do: " + std::string(rule.cure));
    if (!rule.basis.empty()) section.before.push_back("Basis: " + std::string(rule.basis) + ".");
}

}  // namespace

std::span<const Rule> rules() {
    static const std::vector<Rule> all = [] {
        std::vector<Rule> joined;
        for (const auto part : {ending_rules(), control_rules(), memory_rules(), saving_rules(), trap_rules()})
            joined.insert(joined.end(), part.begin(), part.end());
        return joined;
    }();
    return all;
}

Advice advise(const RunRecord& run) {
    const Evidence evidence(run);
    Advice advice;
    advice.exit_ticks = evidence.exit_ticks;
    advice.busy_ticks = evidence.busy_ticks;
    for (const Rule& rule : rules()) rule.find(evidence, rule, advice.findings);
    std::erase_if(advice.findings,
                  [&](const Finding& f) { return f.worth && 1000 * *f.worth < least_permille * advice.whole(f); });
    std::ranges::stable_sort(advice.findings, [](const Finding& a, const Finding& b) {
        return std::tuple(!a.stuck, !a.worth, b.worth) < std::tuple(!b.stuck, !b.worth, a.worth);
    });
    return advice;
}

std::vector<std::string> advice_lines(const Advice& advice, const std::string& directory) {
    if (advice.findings.empty()) return {};
    const Finding& first = advice.findings.front();
    const u64 least = advice.exit_ticks ? advice.exit_ticks : advice.busy_ticks;
    if (!first.stuck && (!first.worth || 100 * *first.worth < least)) return {};
    std::string text(first.rule->key);
    if (!first.stuck) text += ": " + worth_of(advice, first);
    if (!directory.empty()) text += fmt::format("; vtoll advise {} says what to do", directory);
    if (const std::size_t more = advice.findings.size() - 1; more && !directory.empty())
        text += fmt::format(", and lists {} more", more);
    return {std::string(first.rule->wrong), std::move(text)};
}

PlainTable advice_table(const Advice& advice, const RunRecord& run) {
    PlainTable table;
    table.name = "advice";
    table.title = "Advice";
    table.before = {fmt::format("Scenario {}, timing '{}': {} ticks without sleep, {} of them in exits.", run.scenario,
                                run.timing, advice.busy_ticks, advice.exit_ticks)};
    using Style = PlainTable::Style;
    table.columns = {{"finding", "finding"}, {"worth", "worth", 0, Style::whole},
                     {"share%", "share%"},   {"of", "of"},
                     {"stuck", "stuck"},     {"where", "where"},
                     {"wrong", "wrong"},     {"cure", "cure"},
                     {"basis", "basis"}};
    for (const Finding& f : advice.findings) {
        std::vector<Cell> row{std::string(f.rule->key)};
        if (f.worth) {
            row.emplace_back(static_cast<double>(*f.worth));
            row.emplace_back(percent(*f.worth, advice.whole(f)));
        } else {
            row.resize(3);
        }
        row.emplace_back(std::string(f.of_exits ? "exits" : "run"));
        row.emplace_back(f.stuck);
        row.emplace_back(f.where);
        for (const std::string_view words : {f.rule->wrong, f.rule->cure, f.rule->basis})
            row.emplace_back(std::string(words));
        table.rows.push_back(std::move(row));
    }
    table.after = {"worth: ticks of the whole run that the cure could save; what it costs is not taken off.",
                   "Findings are worth what they are worth alone: two that save the same ticks do not add up."};
    return table;
}

Report advice_report(const Advice& advice, const RunRecord& run) {
    const PlainTable table = advice_table(advice, run);
    Report report{table.title, {{"", table.before, {}, {}}}};
    if (advice.findings.empty())
        report.sections.front().before.push_back("No finding: the books show nothing of docs/advise.md.");
    for (const Finding& f : advice.findings) {
        Section section{fmt::format("{}: {}", f.rule->key, f.stuck ? "gets no further" : worth_of(advice, f)),
                        {std::string(f.rule->wrong)},
                        {},
                        {}};
        if (!f.where.empty()) section.before.push_back("Where: " + f.where + ".");
        add_cure(section, *f.rule);
        report.sections.push_back(std::move(section));
    }
    if (!advice.findings.empty()) report.sections.push_back({"", {}, {}, table.after});
    return report;
}

PlainTable rule_table() {
    PlainTable table;
    table.name = "findings";
    table.title = "Findings that vtoll advise knows";
    table.columns = {{"finding", "finding"}, {"wrong", "wrong"}, {"cure", "cure"}, {"basis", "basis"}};
    for (const Rule& rule : rules())
        table.rows.push_back({std::string(rule.key), std::string(rule.wrong), std::string(rule.cure),
                              std::string(rule.basis.empty() ? "none: the software gets no further" : rule.basis)});
    return table;
}

Report rule_report() {
    Report report{rule_table().title, {}};
    for (const Rule& rule : rules()) {
        Section section{std::string(rule.key), {std::string(rule.wrong)}, {}, {}};
        add_cure(section, rule);
        report.sections.push_back(std::move(section));
    }
    return report;
}

}  // namespace vtoll::core
