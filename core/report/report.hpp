// SPDX-License-Identifier: Apache-2.0
// A document of headed tables and sentences: what every form for people is made of.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vtoll::core {

/// A table. The first column is text, the others are numbers unless `texts` says otherwise. "instructions\npublished"
/// is the head of the column "published" in the group "instructions"; columns of a group stand together.
struct Grid {
    std::vector<std::string> heads;
    std::vector<std::vector<std::string>> rows;
    std::set<std::size_t> texts{};  ///< further columns of text
    std::size_t names = 1;          ///< first columns that say what a row is of
    bool is_text(std::size_t column) const { return column == 0 || texts.contains(column); }
};

/// The group of a head, "" when it is in none, and its name.
std::pair<std::string, std::string> head_lines(const std::string& head);

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

/// The document "vtoll-layout" (reports/schemas). Its other forms are made of it by python/vtoll/rendering.py.
std::string to_json(const Report& report);
/// The report that such a document is of.
Report report_from_json(const std::string& layout);

/// One line of a CSV file, with its newline.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace vtoll::core
