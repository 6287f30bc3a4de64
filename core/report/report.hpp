// SPDX-License-Identifier: Apache-2.0
// A document of headed tables and sentences, and its forms for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace vtoll::core {

/// A table. The first column is text, the others are numbers. "instructions\npublished" is the head of the column
/// "published" in the group "instructions"; columns of a group stand together.
struct Grid {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> rows;
};

struct Section {
    std::string heading;
    std::vector<std::string> before;  ///< paragraphs
    std::optional<Grid> grid;
    std::vector<std::string> after;
};

struct Report {
    std::string title;
    std::vector<Section> sections;
};

std::string to_text(const Report& report, bool colour);
std::string to_markdown(const Report& report);
std::string to_latex(const Report& report);  ///< without preamble, to be \input
std::string to_html(const Report& report);   ///< a page of its own

/// A group of columns that stand together: heads `begin` to before `end`; "" when they have none.
struct ColumnGroup {
    std::string name;
    std::size_t begin, end;
};
std::vector<ColumnGroup> column_groups(const Grid& grid);
/// The heads without their groups.
std::vector<std::string> column_names(const Grid& grid);

/// One line of a CSV file, with its newline.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace vtoll::core
