// SPDX-License-Identifier: Apache-2.0
// What people and programs read of a comparison with boards.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/report/screen/decimals.hpp"
#include "core/report/system_validation.hpp"

namespace vtoll::core {

namespace {

using Json = nlohmann::ordered_json;

constexpr double figure_goal = 0.25, ratio_goal = 0.15;

std::string amount(double v) { return fmt::format("{:.{}f}", v, v < 10 ? 2 : v < 100 ? 1 : 0); }

/// A figure that does not count says so: "f" fitted, "x" not comparable.
std::string marked(double error, FigureUse use) {
    const char* mark = use == FigureUse::validation ? "" : use == FigureUse::fitted ? " f" : " x";
    return signed_decimal(100 * error, 0) + mark;
}

/// "A8" of "cortex-a8".
std::string short_of(const std::string& core) {
    std::string out = core.substr(core.rfind('-') + 1);
    for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

std::string title_of(const SystemDefinition& definition, const std::string& core) {
    for (const SystemBoard& board : definition.boards)
        if (board.core == core) return board.title;
    return core;
}

/// One group of columns, silicon, model and error, for each of `groups`.
Grid grid_of(const SystemDefinition& definition, const std::vector<std::string>& groups,
             const std::function<std::vector<std::string>(const std::string& row, std::size_t group)>& cells) {
    Grid grid;
    grid.heads = {"row"};
    for (const std::string& group : groups)
        for (const char* head : {"silicon", "model", "error %"}) grid.heads.push_back(group + "\n" + head);
    for (const SystemRow& row : definition.rows) {
        std::vector<std::string> line{row.label};
        bool is_there = false;
        for (std::size_t group = 0; group < groups.size(); ++group) {
            std::vector<std::string> three = cells(row.label, group);
            is_there = is_there || !three.empty();
            three.resize(3);
            line.insert(line.end(), three.begin(), three.end());
        }
        if (is_there) grid.rows.push_back(std::move(line));
    }
    return grid;
}

std::string summary(const Score& s, const std::string& of) {
    return fmt::format(
        "{}: {} figures that no parameter was set from: mean absolute error {:.1f} %, median {:.1f} %, "
        "worst {:.0f} %.",
        of, s.counted, 100 * s.mean, 100 * s.median, 100 * s.worst);
}

std::vector<std::string> cells(const SystemFigure& f) {
    return {amount(f.published), f.simulated ? amount(*f.simulated) : "-",
            f.simulated && f.published > 0 ? marked(f.error(), f.use) : "-"};
}

std::vector<std::string> cells(const SystemRatio& r) {
    return {fmt::format("{:.2f}", r.published), fmt::format("{:.2f}", r.simulated), marked(r.error(), r.use)};
}

Section section_of(const SystemValidation& v, const SystemKernel& kernel) {
    Section section;
    section.heading = "Linux " + kernel.version + ", microseconds";
    if (kernel.image.empty()) {
        section.before = {"Not run: " + kernel.why + "."};
        return section;
    }
    section.before = {summary(score(v, {}, kernel.version), "Linux " + kernel.version)};
    std::vector<std::string> groups;
    for (const SystemBoard& board : v.definition.boards) groups.push_back(board.title);
    section.grid = grid_of(v.definition, groups, [&](const std::string& row, std::size_t group) {
        for (const SystemFigure& f : v.figures)
            if (f.row == row && f.kernel == kernel.version && f.core == v.definition.boards[group].core &&
                (f.simulated || !f.failure.empty()))
                return cells(f);
        return std::vector<std::string>{};
    });
    return section;
}

std::string within(const std::vector<SystemRatio>& ratios) {
    std::size_t counted = 0, near = 0;
    for (const SystemRatio& r : ratios) {
        if (r.use != FigureUse::validation) continue;
        ++counted;
        near += std::abs(r.error()) <= ratio_goal;
    }
    return fmt::format("{} of {} ratios that no parameter was set from are within {:.0f} % of silicon's.", near,
                       counted, 100 * ratio_goal);
}

/// Ratios with the same `at`, a group of columns for each pair.
void add_ratios(Report& report, const SystemDefinition& definition, const std::vector<SystemRatio>& ratios,
                const std::string& at, const std::string& heading,
                const std::function<std::string(const SystemRatio&)>& name) {
    std::vector<SystemRatio> of;
    std::vector<std::string> groups;
    for (const SystemRatio& r : ratios) {
        if (r.at != at) continue;
        of.push_back(r);
        if (std::find(groups.begin(), groups.end(), name(r)) == groups.end()) groups.push_back(name(r));
    }
    if (of.empty()) return;
    Section section{heading, {within(of)}, {}, {}};
    section.grid = grid_of(definition, groups, [&](const std::string& row, std::size_t group) {
        for (const SystemRatio& r : of)
            if (r.row == row && name(r) == groups[group]) return cells(r);
        return std::vector<std::string>{};
    });
    report.sections.push_back(std::move(section));
}

/// Why figures are not counted, and what is known of those that are far off.
Section reasons(const SystemValidation& v) {
    Section section{"Figures that are not counted, and known reasons for differences", {}, {}, {}};
    for (const Judgement& j : v.definition.judgements)
        section.before.push_back(fmt::format("{}{}{}, {}: {}", j.row.empty() ? "all rows" : j.row,
                                             j.core.empty() ? "" : ", " + title_of(v.definition, j.core),
                                             j.kernel.empty() ? "" : ", Linux " + j.kernel, name_of(j.use), j.why));
    return section;
}

Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const Score& s) {
    return {{"counted", s.counted},
            {"mean_absolute_error", s.mean},
            {"median_absolute_error", s.median},
            {"worst", s.worst}};
}

Json json_of(const SystemFigure& f) {
    Json one{{"core", f.core},
             {"profile", f.profile},
             {"kernel", f.kernel},
             {"row", f.row},
             {"command", f.command},
             {"published", f.published},
             {"least", optional(f.least)},
             {"most", optional(f.most)},
             {"use", name_of(f.use)},
             {"why", f.why},
             {"simulated", optional(f.simulated)}};
    if (!f.simulated) one["failure"] = f.failure;
    else if (f.published > 0) one["error"] = f.error();
    return one;
}

Json json_of(const std::vector<SystemRatio>& ratios, const char* at) {
    Json list = Json::array();
    for (const SystemRatio& r : ratios)
        list.push_back({{"row", r.row},
                        {"of", r.of},
                        {"to", r.to},
                        {at, r.at},
                        {"published", r.published},
                        {"simulated", r.simulated},
                        {"error", r.error()},
                        {"use", name_of(r.use)},
                        {"why", r.why}});
    return list;
}

}  // namespace

Report to_report(const SystemValidation& v) {
    Report report{"lmbench on Linux: core profiles against boards", {}};
    Section head;
    head.before = {summary(score(v), "All")};
    for (const SystemBoard& board : v.definition.boards)
        if (const Score s = score(v, board.core); s.counted)
            head.before.push_back(summary(s, fmt::format("{} ({})", board.title, board.profile)));
    const auto far = std::count_if(v.figures.begin(), v.figures.end(), [](const SystemFigure& f) {
        return f.counts() && std::abs(f.error()) > figure_goal;
    });
    head.before.push_back(fmt::format(
        "{} of them are more than {:.0f} % off. \"f\": a parameter was set from it; \"x\": it can't be compared; "
        "neither is counted, and below is why.",
        far, 100 * figure_goal));
    report.sections.push_back(std::move(head));

    for (const SystemKernel& kernel : v.definition.kernels) {
        const bool was_run = std::any_of(v.figures.begin(), v.figures.end(),
                                         [&](const SystemFigure& f) { return f.kernel == kernel.version; });
        if (was_run) report.sections.push_back(section_of(v, kernel));
    }
    const std::vector<SystemRatio> boards = v.between_boards(), kernels = v.between_kernels();
    for (const SystemKernel& kernel : v.definition.kernels)
        add_ratios(report, v.definition, boards, kernel.version, "Between boards, Linux " + kernel.version,
                   [](const SystemRatio& r) { return short_of(r.of) + ":" + short_of(r.to); });
    for (const SystemBoard& board : v.definition.boards)
        add_ratios(report, v.definition, kernels, board.core, "Between kernels, " + board.title,
                   [](const SystemRatio& r) { return r.of + ":" + r.to; });
    report.sections.push_back(reasons(v));

    Section commands{"Runs", {}, {}, {}};
    for (const SystemRow& row : v.definition.rows) commands.before.push_back(row.label + ": " + row.command);
    report.sections.push_back(std::move(commands));
    report.sections.push_back({"Sources", {v.citation}, {}, {}});
    return report;
}

std::string to_csv(const SystemValidation& v) {
    const auto text = [](const std::optional<double>& value, int digits) {
        return value ? fmt::format("{:.{}f}", *value, digits) : "";
    };
    std::string out = csv_line({"core", "profile", "kernel", "row", "command", "published", "least", "most",
                                "simulated", "error", "use", "why"});
    for (const SystemFigure& f : v.figures)
        out += csv_line({f.core, f.profile, f.kernel, f.row, f.command, text(f.published, 2), text(f.least, 2),
                         text(f.most, 2), text(f.simulated, 4),
                         f.simulated && f.published > 0 ? fmt::format("{:.4f}", f.error()) : "",
                         std::string(name_of(f.use)), f.simulated ? f.why : f.failure});
    return out;
}

std::string to_json(const SystemValidation& v) {
    Json out{{"schema", {{"name", "vtoll-system-validation"}, {"version", 1}}}, {"score", json_of(score(v))}};
    Json boards = Json::array();
    for (const SystemBoard& board : v.definition.boards)
        boards.push_back({{"core", board.core},
                          {"profile", board.profile},
                          {"board", board.title},
                          {"score", json_of(score(v, board.core))}});
    Json figures = Json::array();
    for (const SystemFigure& f : v.figures) figures.push_back(json_of(f));
    out["boards"] = std::move(boards);
    out["figures"] = std::move(figures);
    out["between_boards"] = json_of(v.between_boards(), "kernel");
    out["between_kernels"] = json_of(v.between_kernels(), "core");
    return out.dump(2) + "\n";
}

}  // namespace vtoll::core
