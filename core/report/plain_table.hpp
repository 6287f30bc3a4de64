// SPDX-License-Identifier: Apache-2.0
// A table of cells under named columns, and its forms.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/report/report.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Nothing, text, a number, or yes and no.
using Cell = std::variant<std::monostate, std::string, double, bool>;

struct PlainTable {
    /// How numbers look in text: a whole number without, any other with a decimal; all rounded; or three digits and
    /// more; or exactly what it is.
    enum class Style : u8 { plain, whole, significant, exact };
    /// Numbers that are worked out of two columns of measured ones, with these keys.
    struct Difference {
        std::string from, to;
        std::function<Cell(std::size_t row, double from, double to)> amount;
    };
    struct Column {
        std::string key;    ///< in CSV and JSON
        std::string head;   ///< in text and Markdown; see Grid. "": not there
        unsigned grid = 0;  ///< in text: of several tables, each with the first column, the one it stands in
        Style style = Style::plain;
        bool measured = false;  ///< numbers that placements move
        std::optional<Difference> difference = {};
        std::string marked_by = {};  ///< key of a column; in text, "~" behind a number where that one says yes
        bool count = false;          ///< whole numbers: integers in JSON
        bool names = false;          ///< numbers that say what a row is of
    };
    std::string name, title;
    std::vector<std::string> before, after;  ///< paragraphs
    std::vector<std::string> grid_titles;    ///< of the tables in text; none when there is one
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> failures;  ///< what should have been measured and was not: one line each
    std::vector<u64> placements{};      ///< of several, when it is of several: timing.placement of each
};

/// Index of the column with this key.
std::size_t column_named(const PlainTable& table, const std::string& key);
/// Rows by the column with this key: numbers downwards, text upwards, what has nothing there last. Throws InputError,
/// naming `option`, when there is no such column.
void sort_by(PlainTable& table, const std::string& key, const std::string& option);
/// Works out the columns of differences.
void derive(PlainTable& table);

/// One table out of those of several placements: of numbers the means, behind measured ones their deviation
/// (KEY_deviation), behind differences whether they are within the noise of the two means (KEY_within_noise). One table
/// stays as it is.
PlainTable over_placements(std::vector<PlainTable> tables, const std::vector<u64>& placements);

Report to_report(const PlainTable& table);
std::string to_csv(const PlainTable& table);
std::string to_json(const PlainTable& table);

}  // namespace vtoll::core
