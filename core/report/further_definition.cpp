// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "core/base/input_file.hpp"
#include "core/base/profile_path.hpp"
#include "core/base/toml_table.hpp"
#include "core/report/further_tables.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

namespace {

FurtherRow read_row(TomlTable& table, const std::string& kind) {
    FurtherRow row;
    row.label = table.needed_text("label");
    row.about = table.text("about").value_or("");
    if (kind == "minios") {
        table.require("n");
        row.n = *table.number("n", 1, 1'000'000);
    } else if (kind == "size") {
        row.folders = table.needed_text("folders");
    } else {
        row.scenario = table.text("scenario").value_or("");
    }
    if (kind == "switches") row.operation = table.text("operation").value_or("");
    if (kind == "devices") {
        table.require("registers");
        row.registers = *table.number("registers", 0, 1'000'000);
    }
    table.finish();
    return row;
}

}  // namespace

std::string definition_of_table(const std::string& name) {
    const std::vector<std::string> names = shipped_tables();
    if (std::find(names.begin(), names.end(), name) == names.end())
        throw InputError(fmt::format("no table '{}'; expected one of: {}", name, fmt::join(names, ", ")));
    return read_input(data_directory() / "reports/tables" / (name + ".toml"), name + ".toml").bytes;
}

std::vector<std::string> FurtherTable::scenarios() const {
    std::vector<std::string> out;
    const auto add = [&](const std::string& scenario) {
        if (!scenario.empty() && std::find(out.begin(), out.end(), scenario) == out.end()) out.push_back(scenario);
    };
    for (const std::string* system : {&native, &pure, &para, &hosted}) add(*system);
    for (const FurtherRow& row : rows) add(row.scenario);
    return out;
}

TableHeading table_heading(const std::string& name) {
    const std::string file = name + ".toml";
    const toml::table document = parse_toml(definition_of_table(name), file);
    TomlTable top(document, file, "");
    const std::string kind = top.text("kind").value_or("comparison");
    return {name, kind, top.needed_text("title")};
}

FurtherTable parse_further_table(const std::string& text, const std::string& file) {
    const toml::table document = parse_toml(text, file);
    TomlTable top(document, file, "");
    FurtherTable table;
    table.name = top.needed_text("name");
    table.kind = top.needed_text("kind");
    table.title = top.needed_text("title");
    table.citation = top.needed_text("citation");
    table.note = top.needed_text("note");
    if (table.kind == "minios") {
        top.require("repetitions");
        table.repetitions = *top.number("repetitions", 1, 1000);
        table.native = top.needed_text("native");
        table.pure = top.needed_text("pure");
        table.para = top.needed_text("para");
        table.hosted = top.needed_text("hosted");
    } else if (table.kind != "devices" && table.kind != "switches" && table.kind != "size") {
        top.refuse("kind", "expected \"devices\", \"switches\", \"size\" or \"minios\"");
    }
    if (table.kind != "devices") table.published = top.needed_text("published");
    for (TomlTable& row : top.tables("row")) table.rows.push_back(read_row(row, table.kind));
    top.finish();
    if (table.rows.empty()) throw InputError(file + ": expected at least one [[row]]");
    return table;
}

FurtherTable load_further_table(const std::string& name) {
    return parse_further_table(definition_of_table(name), name + ".toml");
}

}  // namespace vtoll::core
