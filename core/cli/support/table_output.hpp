// SPDX-License-Identifier: Apache-2.0
// What verbs that print a table have in common: --format, -o, --json.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "core/base/output_file.hpp"
#include "core/report/report.hpp"

namespace vtoll::cli {

struct TableOutput {
    std::string format = "terminal", output, json;
    void add_to(CLI::App& verb);
    void add_format(CLI::App& verb);
    /// Throws InputError when what is at -o or --json could not be replaced: before what takes a while begins.
    void expect() const;
};

/// A table, a list or a picture of one in any form: no input of a verb, no document of a run.
extern const core::FileKind table_kind;

/// The forms of a table; only those that are wanted are made.
struct TableForms {
    std::function<std::string()> csv, json;
    std::function<core::Report()> report;
};

/// The forms of what is told otherwise than as its table: both are asked when a form is wanted.
template <class Table, class Told>
TableForms forms_with(Table table, Told report) {
    return {[=] { return to_csv(table()); }, [=] { return to_json(table()); }, [=] { return report(); }};
}

/// The forms of anything that core::to_csv, to_json and to_report take. `table` is used after the call.
template <class Table>
TableForms forms_of(const Table& table) {
    return forms_with([&]() -> const Table& { return table; }, [&] { return to_report(table); });
}

/// To standard output or the file of -o, and to that of --json. Text, CSV and JSON are made here, everything with a
/// markup by python/vtoll/rendering.py. Throws InputError when a file can't be written.
void put_table(const TableForms& forms, const TableOutput& where);

/// A list of names and what is said of each, to standard output or the file of -o.
void put_list(std::vector<std::vector<std::string>> lines, const std::string& file = "");

/// Text to standard output, or to `file` when it is neither "" nor "-". Throws InputError naming `option`.
void put_text(const std::string& text, const std::string& option, const std::string& file);

}  // namespace vtoll::cli
