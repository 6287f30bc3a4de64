// SPDX-License-Identifier: Apache-2.0
// Runs beside each other as a report, CSV and JSON.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/ledger/store/words.hpp"
#include "core/report/runs/run_comparison_parts.hpp"
#include "core/report/screen/decimals.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* measured_group = "samples";

/// " (+12.3 %)", "" when there is nothing to be a part of.
std::string percent_of(s64 part, u64 whole) {
    return whole ? fmt::format(" ({} %)", signed_decimal(share(part, static_cast<s64>(whole)))) : "";
}

/// `several`: there are placements, whose mean differences stand beside.
Grid difference_grid(const char* what, const std::vector<DifferenceLine>& lines, const RunDifference& d, bool insns,
                     bool several) {
    Grid grid{{what}, {}};
    if (insns) grid.heads.emplace_back("instructions");
    grid.heads.insert(grid.heads.end(), {"ticks", "share"});
    if (several) grid.heads.insert(grid.heads.end(), {"mean", deviation_head});
    const auto add_row = [&](const DifferenceLine& line) {
        std::vector<std::string> row{line.what};
        if (insns) row.push_back(grouped(line.insns, true));
        row.push_back(grouped(line.ticks, true));
        row.push_back(d.total.ticks ? fmt::format("{:.1f} %", share(line.ticks, d.total.ticks)) : "-");
        if (several) {
            row.push_back(grouped(std::llround(line.mean), true) + (line.noise ? noise_mark : ""));
            row.push_back(grouped(std::llround(line.deviation), false));
        }
        grid.rows.push_back(std::move(row));
    };
    for (const DifferenceLine& line : lines) add_row(line);
    add_row(d.total);
    return grid;
}

Section section_of(const FigureGroup& group, const std::vector<ComparedRun>& runs) {
    Grid grid{{""}, {}};
    for (const ComparedRun& run : runs)
        for (const std::string& quantity : group.quantities)
            grid.heads.push_back(group.quantities.size() == 1 ? run.label : run.label + "\n" + quantity);
    for (const FigureGroup::Row& row : group.rows) {
        std::vector<std::string> cells{row.name};
        for (const auto& of_run : row.values)
            for (const u64 value : of_run) cells.push_back(grouped(static_cast<s64>(value), false));
        grid.rows.push_back(std::move(cells));
    }
    std::vector<std::string> before;
    if (!group.about.empty()) before.push_back(group.about);
    return {group.heading, std::move(before), std::move(grid), {}};
}

/// Where the ticks are that `other` takes more than `first`.
void add_difference(Report& report, const ComparedRun& first, const ComparedRun& other) {
    const RunDifference d = difference(first, other);
    const bool several = !other.elsewhere.empty() && !first.elsewhere.empty();
    const std::string& label = other.label;
    std::vector<std::string> summary;
    if (const auto samples = sample_difference(first.record, other.record))
        summary.push_back(fmt::format("In the measured samples {} takes {} ticks{}, {} of them the hypervisor's.",
                                      label, grouped(samples->ticks, true), percent_of(samples->ticks, samples->base),
                                      grouped(samples->hypervisor_ticks, true)));
    summary.push_back(fmt::format("{} it takes {} ticks{} and {} instructions.",
                                  summary.empty() ? label + ":" : "In the whole run", grouped(d.total.ticks, true),
                                  percent_of(d.total.ticks, first.record.machine().ticks),
                                  grouped(d.total.insns, true)));
    if (several)
        summary.push_back(
            fmt::format("Over the placements: {} ticks, deviation {}{}.", grouped(std::llround(d.total.mean), true),
                        grouped(std::llround(d.total.deviation), false), d.total.noise ? "; within their noise" : ""));
    report.sections.push_back({fmt::format("Where {} differs from {}", label, first.label),
                               std::move(summary),
                               difference_grid("whose", d.worlds, d, true, several),
                               {}});
    report.sections.push_back({fmt::format("The same by cause: {}", label),
                               {},
                               difference_grid("whose, and why", d.accounts, d, true, several),
                               {}});
    report.sections.push_back(
        {fmt::format("The same by stall: {}", label), {}, difference_grid("stall", d.stalls, d, false, several), {}});
}

}  // namespace

Report comparison_report(const std::vector<ComparedRun>& runs, bool detailed) {
    Report report{"", {}};
    Section about;
    for (const ComparedRun& run : runs) {
        report.title += (report.title.empty() ? "" : " against ") + run.label;
        about.before.push_back(fmt::format("{}: {}, timing {} ({}).", run.label, run.record.scenario, run.record.timing,
                                           run.record.timing_title));
    }
    about.after = notes(runs);
    for (std::string& note : placement_notes(runs)) about.after.push_back(std::move(note));
    report.sections.push_back(std::move(about));
    const std::vector<FigureGroup> groups = figure_groups(runs);
    for (const FigureGroup& group : groups)
        if (group.key == measured_group) report.sections.push_back(section_of(group, runs));
    for (auto run = runs.begin() + 1; run != runs.end(); ++run) add_difference(report, runs.front(), *run);
    for (const FigureGroup& group : groups)
        if (detailed && group.key != measured_group) report.sections.push_back(section_of(group, runs));
    return report;
}

std::string comparison_csv(const std::vector<ComparedRun>& runs) {
    std::vector<std::string> fields{"group", "row", "quantity"};
    for (const ComparedRun& run : runs) fields.push_back(run.label);
    std::string out = csv_line(fields);
    for (const FigureGroup& group : figure_groups(runs))
        for (const FigureGroup::Row& row : group.rows)
            for (std::size_t q = 0; q < group.quantities.size(); ++q) {
                fields = {group.key, row.name, group.quantities[q]};
                for (const auto& of_run : row.values) fields.push_back(std::to_string(of_run[q]));
                out += csv_line(fields);
            }
    for (std::size_t i = 1; i < runs.size(); ++i) {
        const RunDifference d = difference(runs.front(), runs[i]);
        const bool several = !runs[i].elsewhere.empty() && !runs.front().elsewhere.empty();
        const auto field = [&](const char* group, const DifferenceLine& l, const char* quantity, std::string value) {
            fields = {group, l.what, quantity};
            fields.resize(3 + runs.size());
            fields[3 + i] = std::move(value);
            out += csv_line(fields);
        };
        const auto ticks = [&](const char* group, const DifferenceLine& l) {
            field(group, l, "ticks", std::to_string(l.ticks));
            if (!several) return;
            field(group, l, "ticks_mean", fmt::format("{}", l.mean));
            field(group, l, "ticks_deviation", fmt::format("{}", l.deviation));
            field(group, l, "ticks_within_noise", l.noise ? "true" : "false");
        };
        std::vector<DifferenceLine> lines = d.accounts;
        lines.push_back(d.total);
        for (const DifferenceLine& l : lines) {
            field("difference", l, "instructions", std::to_string(l.insns));
            ticks("difference", l);
        }
        for (const DifferenceLine& l : d.stalls) ticks("difference_by_stall", l);
    }
    return out;
}

std::string comparison_json(const std::vector<ComparedRun>& runs) {
    Json columns = Json::array(), groups = Json::object(), differences = Json::array();
    for (const ComparedRun& run : runs) {
        std::vector<u64> placements;
        for (const RunRecord* record : placements_of(run)) placements.push_back(record->placement);
        columns.push_back({{"name", run.label},
                           {"scenario", run.record.scenario},
                           {"timing", {{"model", run.record.timing}, {"title", run.record.timing_title}}},
                           {"placements", placements},
                           {"outcome", run.record.outcome}});
    }
    for (const FigureGroup& group : figure_groups(runs)) {
        Json rows = Json::array();
        for (const FigureGroup::Row& row : group.rows) {
            Json values = Json::array();
            for (const auto& of_run : row.values) {
                Json value = Json::object();
                for (std::size_t q = 0; q < of_run.size(); ++q) value[group.quantities[q]] = of_run[q];
                values.push_back(std::move(value));
            }
            rows.push_back({{"row", row.name}, {"columns", std::move(values)}});
        }
        groups[group.key] = std::move(rows);
    }
    for (std::size_t i = 1; i < runs.size(); ++i) {
        const RunDifference d = difference(runs.front(), runs[i]);
        const bool several = !runs[i].elsewhere.empty() && !runs.front().elsewhere.empty();
        const auto noise = [&](const DifferenceLine& l) {
            return Json{{"mean", l.mean}, {"deviation", l.deviation}, {"within_noise", l.noise}};
        };
        const auto list = [&](const std::vector<DifferenceLine>& lines) {
            Json out = Json::array();
            for (const DifferenceLine& l : lines) {
                out.push_back({{"what", l.what},
                               {"instructions", l.insns},
                               {"ticks", l.ticks},
                               {"share", d.total.ticks ? Json(share(l.ticks, d.total.ticks) / 100) : Json(nullptr)}});
                if (several) out.back()["placements"] = noise(l);
            }
            return out;
        };
        Json of_samples = nullptr;
        if (const auto samples = sample_difference(runs.front().record, runs[i].record))
            of_samples = {{"ticks", samples->ticks}, {"hypervisor_ticks", samples->hypervisor_ticks}};
        differences.push_back({{"column", i},
                               {"name", runs[i].label},
                               {"instructions", d.total.insns},
                               {"ticks", d.total.ticks},
                               {"measured_samples", of_samples},
                               {"worlds", list(d.worlds)},
                               {"accounts", list(d.accounts)},
                               {"stalls", list(d.stalls)}});
        if (several) differences.back()["placements"] = noise(d.total);
    }
    const Json document{{"schema", {{"name", "vtoll-comparison"}, {"version", 1}}},
                        {"columns", columns},
                        {"notes", notes(runs)},
                        {"words", {{"worlds", world_words()}, {"causes", cause_words()}, {"stalls", stall_words()}}},
                        {"groups", groups},
                        {"differences", differences}};
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core
