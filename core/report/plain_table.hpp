// SPDX-License-Identifier: Apache-2.0
// A table of cells under named columns, and its forms.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/report/report.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Nothing, text, or a number.
using Cell = std::variant<std::monostate, std::string, double>;

struct PlainTable {
    /// How numbers look in text: a whole number without, any other with a decimal; all rounded; or three digits and
    /// more; or exactly what it is.
    enum class Style : u8 { plain, whole, significant, exact };
    struct Column {
        std::string key;    ///< in CSV and JSON
        std::string head;   ///< in text and Markdown; see Grid. "": not there
        unsigned grid = 0;  ///< in text: of several tables, each with the first column, the one it stands in
        Style style = Style::plain;
    };
    std::string name, title;
    std::vector<std::string> before, after;  ///< paragraphs
    std::vector<std::string> grid_titles;    ///< of the tables in text; none when there is one
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> failures;  ///< what should have been measured and was not: one line each
};

Report to_report(const PlainTable& table);
std::string to_csv(const PlainTable& table);
std::string to_json(const PlainTable& table);

}  // namespace vtoll::core
