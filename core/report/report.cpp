// SPDX-License-Identifier: Apache-2.0
#include "core/report/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace vtoll::core {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t text_width = 100;
constexpr const char *bold = "\033[1m", *plain = "\033[0m";

/// Characters of UTF-8: bytes but those that go on with one.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return right ? space + text : text + space;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

/// `text` with `mark` before every `c`.
std::string escaped(const std::string& text, char c, char mark) {
    std::string out;
    for (const char each : text) {
        if (each == c) out += mark;
        out += each;
    }
    return out;
}

/// Words of one paragraph, broken into lines.
std::string wrapped(const std::string& paragraph, const std::string& indent) {
    std::istringstream words(paragraph);
    std::string out, line = indent;
    for (std::string word; words >> word;) {
        if (line.size() > indent.size() && line.size() + 1 + word.size() > text_width) {
            out += line + "\n";
            line = indent;
        }
        line += (line.size() > indent.size() ? " " : "") + word;
    }
    return out + line + "\n";
}

/// Upper and lower line of a head.
std::pair<std::string, std::string> head_lines(const std::string& head) {
    const auto split = head.find('\n');
    if (split == std::string::npos) return {"", head};
    return {head.substr(0, split), head.substr(split + 1)};
}

std::string grid_text(const Grid& grid, const std::string& indent, bool colour) {
    std::vector<std::size_t> widths;
    std::vector<std::string> upper, lower;
    for (std::size_t i = 0; i < grid.heads.size(); ++i) {
        const auto [group, name] = head_lines(grid.heads[i]);
        const bool continued = i > 0 && head_lines(grid.heads[i - 1]).first == group;
        upper.push_back(continued ? "" : group);
        lower.push_back(name);
        widths.push_back(std::max(width_of(upper.back()), width_of(name)));
    }
    for (const auto& row : grid.rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string out = indent;
        for (std::size_t i = 0; i < cells.size(); ++i)
            out += (i ? "  " : "") + padded(cells[i], widths[i], !grid.is_text(i));
        return trimmed(out);
    };
    const auto head = [&](const std::vector<std::string>& cells) {
        return colour ? bold + line(cells) + plain + "\n" : line(cells) + "\n";
    };
    std::string out;
    if (std::any_of(upper.begin(), upper.end(), [](const std::string& s) { return !s.empty(); })) out += head(upper);
    out += head(lower);
    for (const auto& row : grid.rows) out += line(row) + "\n";
    return out;
}

Json json_of(const Grid& grid) {
    Json heads = Json::array();
    for (const std::string& head : grid.heads) {
        const auto [group, name] = head_lines(head);
        heads.push_back({{"group", group}, {"name", name}, {"align", grid.is_text(heads.size()) ? "left" : "right"}});
    }
    return {{"heads", std::move(heads)}, {"rows", grid.rows}};
}

}  // namespace

std::string to_text(const Report& report, bool colour) {
    const auto strong = [&](const std::string& text) { return colour ? bold + text + plain : text; };
    std::string out = strong(report.title) + "\n";
    for (const Section& section : report.sections) {
        const std::string indent = section.heading.empty() ? "" : "  ";
        out += "\n";
        if (!section.heading.empty()) out += strong(section.heading) + "\n";
        for (const std::string& paragraph : section.before) out += wrapped(paragraph, indent);
        if (section.grid) out += grid_text(*section.grid, indent, colour);
        for (const std::string& paragraph : section.after) out += wrapped(paragraph, indent);
    }
    return out;
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
