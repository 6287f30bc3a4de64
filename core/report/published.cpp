// SPDX-License-Identifier: Apache-2.0
#include "core/report/published.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"

namespace vtoll::core {

namespace {

/// Fields of a line; published tables need no quotes.
std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
        if (c == ',') fields.emplace_back();
        else if (c != '\r') fields.back() += c;
    }
    return fields;
}

}  // namespace

PublishedTable::PublishedTable(const std::string& text, const std::string& file, unsigned row_columns) : file_(file) {
    std::istringstream lines(text);
    std::string line;
    for (unsigned number = 1; std::getline(lines, line); ++number) {
        if (line.empty() || line[0] == '#') continue;
        std::vector<std::string> fields = split(line);
        if (columns_.empty()) {
            columns_ = std::move(fields);
            continue;
        }
        if (fields.size() != columns_.size())
            throw InputError(
                fmt::format("{}:{}: expected {} fields, found {}", file, number, columns_.size(), fields.size()));
        for (unsigned i = 1; i < row_columns && i < fields.size(); ++i) fields[0] += ", " + fields[i];
        rows_.push_back(std::move(fields));
    }
    if (rows_.empty()) throw InputError(file + ": expected a line of column names and at least one row");
}

std::vector<std::string> PublishedTable::rows() const {
    std::vector<std::string> names;
    for (const auto& row : rows_) names.push_back(row[0]);
    return names;
}

const std::string& PublishedTable::field(std::string_view row, std::string_view column) const {
    const auto named = [&](const auto& fields) { return fields[0] == row; };
    const auto r = std::find_if(rows_.begin(), rows_.end(), named);
    const auto c = std::find(columns_.begin(), columns_.end(), column);
    if (r == rows_.end()) throw InputError(fmt::format("{}: no row '{}'", file_, row));
    if (c == columns_.end()) throw InputError(fmt::format("{}: no column '{}'", file_, column));
    if (std::find_if(r + 1, rows_.end(), named) != rows_.end())
        throw InputError(fmt::format("{}: more than one row '{}'", file_, row));
    return (*r)[static_cast<std::size_t>(c - columns_.begin())];
}

std::optional<u64> PublishedTable::number(std::string_view row, std::string_view column) const {
    const std::string& text = field(row, column);
    if (text.empty()) return std::nullopt;
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw InputError(fmt::format("{}: {}, {}: expected a whole number, found '{}'", file_, row, column, text));
    return value;
}

PublishedTable load_published(const std::string& name, unsigned row_columns) {
    return PublishedTable(read_input(data_directory() / "reports/published" / name, name).bytes, name, row_columns);
}

}  // namespace vtoll::core
