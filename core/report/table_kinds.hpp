// SPDX-License-Identifier: Apache-2.0
// The kinds of tables there are, and the one reader of their definitions. A new kind is a struct with the name of the
// kind, declare() for its keys, and its place in the list here; a new table of a kind there is, is a file in
// reports/tables (docs/how-to/table.md).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "core/base/keys.hpp"
#include "core/report/benchmark_table.hpp"
#include "core/report/further_tables.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

using Definition =
    std::variant<TableDefinition, BenchmarkTable, DeviceTable, SwitchTable, WorldSwitchTable, MiniosTable, SizeTable>;

/// By the kind that it says it is of. Throws InputError: file, line, what was expected.
Definition parse_definition(const std::string& text, const std::string& file);
/// One of the tables that ship with vtoll. Throws InputError.
Definition load_definition(const std::string& name);

/// The same, of a table whose kind is known: another one is an InputError.
template <class Table>
Table of_kind(Definition definition, const std::string& name) {
    if (Table* table = std::get_if<Table>(&definition)) return std::move(*table);
    throw InputError(name + ": expected a table of kind \"" + Table::kind_name + "\"");
}
template <class Table>
Table parse_table(const std::string& text, const std::string& file) {
    return of_kind<Table>(parse_definition(text, file), file);
}
template <class Table>
Table load_table(const std::string& name) {
    return of_kind<Table>(load_definition(name), name);
}

/// The keys of each kind's definitions, as they are declared.
struct TableKind {
    std::string name;
    std::vector<KeyFacts> keys;
};
std::vector<TableKind> table_kinds();

/// Names of the tables in reports/tables of the data that ships with vtoll, sorted.
std::vector<std::string> shipped_tables();

}  // namespace vtoll::core
