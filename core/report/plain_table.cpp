// SPDX-License-Identifier: Apache-2.0
#include "core/report/plain_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace vtoll::core {

using Json = nlohmann::ordered_json;

Report to_report(const PlainTable& table) {
    Grid grid;
    for (const PlainTable::Column& column : table.columns)
        if (!column.head.empty()) grid.heads.push_back(column.head);
    for (const auto& row : table.rows) {
        grid.rows.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (table.columns[i].head.empty()) continue;
            const Cell& cell = row[i];
            std::string text = "-";
            if (const auto* words = std::get_if<std::string>(&cell)) text = *words;
            // A whole number without, any other with a decimal.
            else if (const auto* v = std::get_if<double>(&cell)) text = fmt::format("{:.{}f}", *v, *v == std::floor(*v) ? 0 : 1);
            grid.rows.back().push_back(std::move(text));
        }
    }
    Section caption{"", table.before, {}, {}}, body{"", {}, std::move(grid), table.failures}, sources{"Sources", table.after, {}, {}};
    return {table.title, {std::move(caption), std::move(body), std::move(sources)}};
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
            else if (const auto* v = std::get_if<double>(&row[i])) value = *v;
        }
        rows.push_back(std::move(line));
    }
    const Json document{{"schema", {{"name", "vtoll-table"}, {"version", 1}}},
                        {"table", table.name},
                        {"title", table.title},
                        {"caption", table.before},
                        {"sources", table.after},
                        {"failures", table.failures},
                        {"rows", std::move(rows)}};
    return document.dump(2) + "\n";
}

}  // namespace vtoll::core
