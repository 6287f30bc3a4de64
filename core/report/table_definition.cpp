// SPDX-License-Identifier: Apache-2.0
#include "core/report/table_definition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"

namespace vtoll::core {

namespace {

std::filesystem::path table_folder() { return data_directory() / "reports/tables"; }

RowDefinition read_row(TomlTable& table, const std::string& operation) {
    RowDefinition row;
    row.operation = operation;
    row.scenario = table.needed_text("scenario");
    row.about = table.needed_text("about");
    const std::string measure = table.needed_text("measure");
    const auto cause = table.text("cause");
    const auto detail = table.number("detail", 0, 0xffff'ffff);
    if (const auto outside = table.number("outside", 0, 0xffff'ffff)) {
        if (measure != "sample") table.refuse("outside", "expected with \"sample\" only");
        row.outside = static_cast<u32>(*outside);
    }
    if (measure == "sample") {
        row.measure = RowDefinition::Measure::sample;
        if (cause || detail)
            table.refuse("measure", "a sample has no cause: expected `cause` and `detail` with \"episode\" only");
    } else if (measure == "episode") {
        table.require("cause");
        const auto known = cause_from_name(*cause);
        if (!known) table.refuse("cause", fmt::format("no cause is called '{}'", *cause));
        row.cause = *known;
        if (detail) row.detail = static_cast<u32>(*detail);
    } else {
        table.refuse("measure", "expected \"episode\" or \"sample\"");
    }
    if (auto other = table.table("other")) row.other = std::make_shared<RowDefinition>(read_row(*other, operation));
    table.finish();
    return row;
}

}  // namespace

TableDefinition parse_table(const std::string& text, const std::string& file) {
    const toml::table document = parse_toml(text, file);
    TomlTable top(document, file, "");
    TableDefinition table;
    table.name = top.needed_text("name");
    table.title = top.needed_text("title");
    table.published = top.needed_text("published");
    table.instructions = top.needed_text("instructions");
    table.cycles = top.needed_text("cycles");
    table.citation = top.needed_text("citation");
    table.note = top.text("note").value_or("");
    table.other_low = top.text("other_low").value_or("");
    table.other_high = top.text("other_high").value_or("");
    table.other_title = top.text("other_title").value_or("");
    for (TomlTable& row : top.tables("row")) table.rows.push_back(read_row(row, row.needed_text("operation")));
    top.finish();
    if (table.other_low.empty() != table.other_high.empty() || table.other_low.empty() != table.other_title.empty())
        throw InputError(file + ": expected other_low, other_high and other_title together, or none of them");
    for (const RowDefinition& row : table.rows)
        if (row.other && (table.other_title.empty() || row.other->other))
            throw InputError(file + ": " + row.operation +
                             ": expected `other` in a row only, of a table with other_title");
    if (table.rows.empty()) throw InputError(file + ": expected at least one [[row]]");
    return table;
}

void check_against(const TableDefinition& table, const PublishedTable& published) {
    for (const RowDefinition& row : table.rows) {
        published.number(row.operation, table.instructions);
        published.number(row.operation, table.cycles);
        if (table.other_low.empty()) continue;
        published.number(row.operation, table.other_low);
        published.number(row.operation, table.other_high);
    }
}

std::vector<std::string> shipped_tables() {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(table_folder(), ignored))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

TableDefinition load_table(const std::string& name) {
    const std::vector<std::string> names = shipped_tables();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw InputError(fmt::format("no table '{}'; expected one of: {}", name, fmt::join(names, ", ")));
    const std::string file = name + ".toml";
    return parse_table(read_input(table_folder() / file, file).bytes, file);
}

}  // namespace vtoll::core
