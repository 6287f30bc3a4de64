// SPDX-License-Identifier: Apache-2.0
// Published numbers: CSV files whose first columns name the rows, with comment lines for their citation.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

class PublishedTable {
public:
    /// A row is named by the fields of its first `row_columns` columns, with ", " between them.
    /// Throws InputError: file, line, what was expected.
    PublishedTable(const std::string& text, const std::string& file, unsigned row_columns = 1);

    std::vector<std::string> rows() const;
    /// The field; "" when nothing was published. Throws InputError when the table has no such row or column,
    /// or several such rows.
    const std::string& field(std::string_view row, std::string_view column) const;
    /// The same as a whole number.
    std::optional<u64> number(std::string_view row, std::string_view column) const;

private:
    std::string file_;
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// reports/published/<name> of the data that ships with vtoll.
PublishedTable load_published(const std::string& name, unsigned row_columns = 1);

}  // namespace vtoll::core
