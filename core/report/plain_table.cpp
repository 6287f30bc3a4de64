// SPDX-License-Identifier: Apache-2.0
#include "core/report/plain_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/nearest.hpp"
#include "core/report/spread.hpp"

namespace vtoll::core {

using Json = nlohmann::ordered_json;

namespace {

std::string text_of(const Cell& cell, PlainTable::Style style) {
    if (const auto* words = std::get_if<std::string>(&cell)) return *words;
    if (const auto* yes = std::get_if<bool>(&cell)) return *yes ? "yes" : "no";
    const auto* v = std::get_if<double>(&cell);
    if (!v) return "-";
    if (style == PlainTable::Style::exact) return fmt::format("{}", *v);
    int decimals = *v == std::floor(*v) ? 0 : 1;
    if (style == PlainTable::Style::whole) decimals = 0;
    if (style == PlainTable::Style::significant)  // of the number as rounded: 99.997 is 100.0
        decimals = *v < 9.9995 ? 3 : *v < 99.995 ? 2 : *v < 999.95 ? 1 : 0;
    return fmt::format("{:.{}f}", *v, decimals);
}

Grid grid_of(const PlainTable& table, unsigned number) {
    Grid grid;
    const auto shown = [&](std::size_t i) {
        const PlainTable::Column& column = table.columns[i];
        return !column.head.empty() && (i == 0 || column.grid == number);
    };
    const auto is_text = [&](std::size_t i) {
        const auto words = [&](const auto& row) { return std::holds_alternative<std::string>(row[i]); };
        const auto number = [&](const auto& row) { return std::holds_alternative<double>(row[i]); };
        return std::ranges::any_of(table.rows, words) && std::ranges::none_of(table.rows, number);
    };
    std::size_t names = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!shown(i)) continue;
        if (is_text(i)) grid.texts.insert(grid.heads.size());
        if (names == grid.heads.size() && (is_text(i) || table.columns[i].names)) ++names;
        grid.heads.push_back(table.columns[i].head);
    }
    grid.names = std::max<std::size_t>(names, 1);
    for (const auto& row : table.rows) {
        grid.rows.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (!shown(i)) continue;
            const PlainTable::Column& column = table.columns[i];
            const bool marked = !column.marked_by.empty() && row[column_named(table, column.marked_by)] == Cell(true);
            grid.rows.back().push_back(text_of(row[i], column.style) + (marked ? noise_mark : ""));
        }
    }
    return grid;
}

}  // namespace

void sort_by(PlainTable& table, const std::string& key, const std::string& option) {
    std::vector<std::string> keys;
    for (const PlainTable::Column& column : table.columns) keys.push_back(column.key);
    const auto found = std::ranges::find_if(table.columns, [&](const PlainTable::Column& column) {
        return column.key == key || column.head.substr(column.head.find('\n') + 1) == key;
    });
    if (found == table.columns.end())
        throw InputError(fmt::format("{} {}: no such column{}; expected one of: {}", option, key,
                                     did_you_mean(key, keys), fmt::join(keys, ", ")));
    const auto at = static_cast<std::size_t>(found - table.columns.begin());
    std::stable_sort(table.rows.begin(), table.rows.end(), [at](const auto& a, const auto& b) {
        const Cell &left = a[at], &right = b[at];
        const auto* number = std::get_if<double>(&left);
        const auto* other = std::get_if<double>(&right);
        if (number && other) return *number > *other;
        const auto* text = std::get_if<std::string>(&left);
        const auto* other_text = std::get_if<std::string>(&right);
        if (text && other_text) return *text < *other_text;
        return left.index() != 0 && right.index() == 0;
    });
}

Report to_report(const PlainTable& table) {
    Report report{table.title, {}};
    if (!table.before.empty()) report.sections.push_back({"", table.before, {}, {}});
    if (table.grid_titles.empty()) report.sections.push_back({"", {}, grid_of(table, 0), {}});
    for (unsigned i = 0; i < table.grid_titles.size(); ++i)
        report.sections.push_back({table.grid_titles[i], {}, grid_of(table, i), {}});
    report.sections.back().after = table.failures;
    if (!table.after.empty()) report.sections.push_back({"Sources", table.after, {}, {}});
    return report;
}

std::string to_csv(const PlainTable& table) {
    std::vector<std::string> fields;
    for (const PlainTable::Column& column : table.columns) fields.push_back(column.key);
    std::string out = csv_line(fields);
    for (const auto& row : table.rows) {
        fields.clear();
        for (const Cell& cell : row) {
            if (const auto* words = std::get_if<std::string>(&cell)) fields.push_back(*words);
            else if (const auto* v = std::get_if<double>(&cell)) fields.push_back(fmt::format("{}", *v));
            else if (const auto* yes = std::get_if<bool>(&cell)) fields.emplace_back(*yes ? "true" : "false");
            else fields.emplace_back();
        }
        out += csv_line(fields);
    }
    return out;
}

std::string to_json(const PlainTable& table) {
    Json rows = Json::array();
    for (const auto& row : table.rows) {
        Json line = Json::object();
        for (std::size_t i = 0; i < row.size(); ++i) {
            Json& value = line[table.columns[i].key];
            if (const auto* words = std::get_if<std::string>(&row[i])) value = *words;
            else if (const auto* v = std::get_if<double>(&row[i]))
                value = table.columns[i].count ? Json(static_cast<s64>(*v)) : Json(*v);
            else if (const auto* yes = std::get_if<bool>(&row[i])) value = *yes;
        }
        rows.push_back(std::move(line));
    }
    Json document{{"schema", {{"name", "vtoll-table"}, {"version", 1}}},
                  {"table", table.name},
                  {"title", table.title},
                  {"caption", table.before},
                  {"sources", table.after},
                  {"failures", table.failures},
                  {"rows", std::move(rows)}};
    if (!table.placements.empty()) document["placements"] = table.placements;
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core
