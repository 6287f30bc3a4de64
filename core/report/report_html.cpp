// SPDX-License-Identifier: Apache-2.0
// A report as a page of its own, which needs nothing else.
#include <fmt/format.h>

#include "core/report/report.hpp"

namespace vtoll::core {

namespace {

constexpr const char* style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color-scheme:light dark}"
    "table{border-collapse:collapse;border-block:2px solid;margin:1em 0;font-variant-numeric:tabular-nums}"
    "th,td{padding:.2em .7em;text-align:right;font-weight:normal}thead{border-bottom:1px solid}"
    "th[scope=row]{text-align:left}.group{text-align:center}";

std::string html(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

std::string paragraphs(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) out += "<p>" + html(text) + "</p>\n";
    return out;
}

std::string head(const Grid& grid) {
    std::string upper, lower;
    bool grouped = false;
    for (const ColumnGroup& group : column_groups(grid)) {
        upper += fmt::format("<th class=\"group\" colspan=\"{}\">{}</th>", group.end - group.begin, html(group.name));
        grouped |= !group.name.empty();
    }
    for (const std::string& name : column_names(grid))
        lower += fmt::format("<th scope=\"{}\">{}</th>", lower.empty() ? "row" : "col", html(name));
    return (grouped ? "<tr>" + upper + "</tr>\n" : "") + "<tr>" + lower + "</tr>";
}

std::string table(const Grid& grid) {
    std::string out = "<table>\n<thead>\n" + head(grid) + "\n</thead>\n<tbody>\n";
    for (const auto& row : grid.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            out += (i ? "<td>" : "<th scope=\"row\">") + html(row[i]) + (i ? "</td>" : "</th>");
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n";
}

}  // namespace

std::string to_html(const Report& report) {
    std::string out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta "
        "charset=\"utf-8\">\n<title>{0}</title>\n<style>{1}</style>\n<h1>{0}</h1>\n",
        html(report.title), style);
    for (const Section& section : report.sections) {
        if (!section.heading.empty()) out += "<h2>" + html(section.heading) + "</h2>\n";
        out += paragraphs(section.before);
        if (section.grid) out += table(*section.grid);
        out += paragraphs(section.after);
    }
    return out + "</html>\n";
}

}  // namespace vtoll::core
