// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/table_output.hpp"

#include <unistd.h>

#include <cstdio>

#include "core/base/output_file.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/support/terminal.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

namespace {

std::string rendered(const TableForms& forms, const TableOutput& where) {
    if (where.format == "csv") return forms.csv();
    if (where.format == "json") return forms.json();
    const core::Report report = forms.report();
    if (where.format == "layout") return core::to_json(report);
    if (where.format != "text" && where.format != "terminal")
        return python_output("render", {{"format", where.format}}, core::to_json(report));
    const bool colour = where.format == "terminal" && where.output.empty() && colour_wanted(STDOUT_FILENO);
    return core::to_text(report, colour);
}

}  // namespace

void TableOutput::add_format(CLI::App& verb) {
    verb.add_option(
            "--format", format,
            "terminal, text, md, html, latex, csv, json, or layout: what text, md, html and latex show, as JSON")
        ->check(CLI::IsMember({"terminal", "text", "md", "html", "latex", "csv", "json", "layout"}))
        ->capture_default_str();
}

void TableOutput::add_to(CLI::App& verb) {
    add_format(verb);
    add_output(verb, output);
    verb.add_option("--json", json, "Write the table as JSON to this file as well");
}

void put_text(const std::string& text, const std::string& option, const std::string& file) {
    if (file.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return;
    }
    core::put_file(file, option + " " + file, text);
}

void put_table(const TableForms& forms, const TableOutput& where) {
    if (!where.json.empty()) put_text(forms.json(), "--json", where.json);
    put_text(rendered(forms, where), "-o", where.output);
}

}  // namespace vtoll::cli
