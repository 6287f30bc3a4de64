// SPDX-License-Identifier: Apache-2.0
// A table of cells under named columns, and its forms.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/report/report.hpp"

namespace vtoll::core {

/// Nothing, text, or a number.
using Cell = std::variant<std::monostate, std::string, double>;

struct PlainTable {
    struct Column {
        std::string key;   ///< in CSV and JSON
        std::string head;  ///< in text and Markdown; see Grid. "": not there
    };
    std::string name, title;
    std::vector<std::string> before, after;  ///< paragraphs
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> failures;  ///< what should have been measured and was not: one line each
};

Report to_report(const PlainTable& table);
std::string to_csv(const PlainTable& table);
std::string to_json(const PlainTable& table);

}  // namespace vtoll::core
