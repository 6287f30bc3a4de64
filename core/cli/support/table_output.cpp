// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/table_output.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "core/cli/support/terminal.hpp"
#include "isa/types.hpp"

namespace vtoll::cli {

namespace {

std::string rendered(const TableForms& forms, const TableOutput& where) {
    if (where.format == "csv") return forms.csv();
    if (where.format == "json") return forms.json();
    const core::Report report = forms.report();
    if (where.format == "md") return core::to_markdown(report);
    if (where.format == "latex") return core::to_latex(report);
    if (where.format == "html") return core::to_html(report);
    const bool colour = where.format == "terminal" && where.output.empty() && colour_wanted(STDOUT_FILENO);
    return core::to_text(report, colour);
}

}  // namespace

void TableOutput::add_to(CLI::App& verb) {
    verb.add_option("--format", format, "terminal, text, md, html, latex, csv or json (default: terminal)")
        ->check(CLI::IsMember({"terminal", "text", "md", "html", "latex", "csv", "json"}));
    verb.add_option("-o,--output", output, "Write to this file");
    verb.add_option("--json", json, "Write the table as JSON to this file as well");
}

void put_text(const std::string& text, const std::string& option, const std::string& file) {
    if (file.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return;
    }
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw InputError(option + " " + file + ": can't be written");
}

void put_table(const TableForms& forms, const TableOutput& where) {
    if (!where.json.empty()) put_text(forms.json(), "--json", where.json);
    put_text(rendered(forms, where), "-o", where.output);
}

}  // namespace vtoll::cli
