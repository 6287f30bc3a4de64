// SPDX-License-Identifier: Apache-2.0
#include "core/report/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace vtoll::core {

namespace {

using Json = nlohmann::ordered_json;

/// `text` with `mark` before every `c`.
std::string escaped(const std::string& text, char c, char mark) {
    std::string out;
    for (const char each : text) {
        if (each == c) out += mark;
        out += each;
    }
    return out;
}

Json json_of(const Grid& grid) {
    Json heads = Json::array();
    for (const std::string& head : grid.heads) {
        const auto [group, name] = head_lines(head);
        heads.push_back({{"group", group}, {"name", name}, {"align", grid.is_text(heads.size()) ? "left" : "right"}});
    }
    return {{"heads", std::move(heads)}, {"names", grid.names}, {"rows", grid.rows}};
}

}  // namespace

std::pair<std::string, std::string> head_lines(const std::string& head) {
    const auto split = head.find('\n');
    if (split == std::string::npos) return {"", head};
    return {head.substr(0, split), head.substr(split + 1)};
}

std::string to_json(const Report& report) {
    Json sections = Json::array();
    for (const Section& section : report.sections)
        sections.push_back({{"heading", section.heading},
                            {"before", section.before},
                            {"grid", section.grid ? json_of(*section.grid) : Json(nullptr)},
                            {"after", section.after}});
    const Json document{{"schema", {{"name", "vtoll-layout"}, {"version", 1}}},
                        {"title", report.title},
                        {"sections", std::move(sections)}};
    return document.dump(2) + "\n";
}

Report report_from_json(const std::string& layout) {
    const Json document = Json::parse(layout);
    Report report{document.at("title").get<std::string>(), {}};
    for (const Json& from : document.at("sections")) {
        Section section{from.at("heading"), from.at("before"), {}, from.at("after")};
        if (const Json& grid = from.at("grid"); !grid.is_null()) {
            section.grid.emplace();
            for (const Json& head : grid.at("heads")) {
                const std::string group = head.at("group"), name = head.at("name");
                if (head.at("align") == "left") section.grid->texts.insert(section.grid->heads.size());
                section.grid->heads.push_back(group.empty() ? name : group + "\n" + name);
            }
            section.grid->rows = grid.at("rows");
            section.grid->names = std::clamp<std::size_t>(grid.at("names"), 1, section.grid->heads.size());
        }
        report.sections.push_back(std::move(section));
    }
    return report;
}

std::string csv_line(const std::vector<std::string>& fields) {
    std::string out;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i) out += ',';
        const bool quote = fields[i].find_first_of(",\"\n") != std::string::npos;
        if (quote) out += '"';
        out += escaped(fields[i], '"', '"');
        if (quote) out += '"';
    }
    return out + "\n";
}

}  // namespace vtoll::core
