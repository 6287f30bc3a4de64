// SPDX-License-Identifier: Apache-2.0
#include "core/cli/support/table_output.hpp"

#include <algorithm>
#include <cstdio>

#include "core/base/toml_table.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/scenario/run_facts.hpp"
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
    const bool on_screen =
        where.format == "terminal" && (where.output.empty() || where.output == core::standard_output);
    return core::to_text(report, on_screen ? screen_of(stdout) : core::Screen{});
}

}  // namespace

namespace {

constexpr std::size_t most_of_a_table = 1u << 20;

bool is_text(const std::string& bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r' || c == '\t';
    });
}

/// A scenario, a timing model, a definition of a table.
bool is_toml(const std::string& text) {
    try {
        (void)core::parse_toml(text, "");
        return true;
    } catch (const InputError&) {
        return false;
    }
}

/// "c0008000 T stext": what --symbols reads.
bool is_symbol(const std::string& line) {
    const std::size_t digits = std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
    return digits >= 8 && digits + 3 < line.size() && line[digits] == ' ' && line[digits + 2] == ' ';
}

bool is_log_line(const std::string& line) {
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    return digits > 0 && line.compare(digits, 5, " clk ") == 0;
}

/// A table names its schema, the lists of sweep and whatif are of records.
bool is_json_table(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_array()) return std::all_of(json.begin(), json.end(), [](const auto& row) { return row.is_object(); });
    const auto name = nlohmann::json::json_pointer("/schema/name");
    if (!json.is_object() || !json.contains(name) || !json.at(name).is_string())
        return !json.is_discarded() && json.contains("row");
    const std::string schema = json.at(name);
    return schema.starts_with("vtoll-") && schema != "vtoll-stats";
}

bool is_table(const std::filesystem::path& file) {
    if (core::is_run_document(file)) return false;
    const std::string text = core::beginning_of(file, most_of_a_table);
    if (!is_text(text)) return false;
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::string start = text.substr(begin, text.find('\n', begin) - begin);
    if (start.starts_with('{') || start.starts_with('[')) return is_json_table(text);
    for (const char* source : {"#!", "#include", "/dts-v1/", "/*", "//"})
        if (start.starts_with(source)) return false;
    return !is_symbol(start) && !is_log_line(start) && !is_toml(text);
}

}  // namespace

const core::FileKind table_kind{"a table", is_table};

void TableOutput::add_format(CLI::App& verb) {
    verb.add_option(
            "--format", format,
            "terminal, text, md, html, latex, csv, json, or layout: the content of text, md, html and latex, as JSON")
        ->check(CLI::IsMember({"terminal", "text", "md", "html", "latex", "csv", "json", "layout"}))
        ->capture_default_str();
}

void TableOutput::add_to(CLI::App& verb) {
    add_format(verb);
    add_output(verb, output);
    verb.add_option("--json", json, "Write the table as JSON to this file as well");
}

void put_text(const std::string& text, const std::string& option, const std::string& file) {
    if (file.empty() || file == core::standard_output) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return;
    }
    core::put_file(file, option + " " + file, table_kind, text);
}

void put_list(std::vector<std::vector<std::string>> lines, const std::string& file) {
    std::size_t columns = 0;
    for (const std::vector<std::string>& line : lines) columns = std::max(columns, line.size());
    core::Grid grid{std::vector<std::string>(columns), std::move(lines)};
    for (std::size_t i = 1; i < columns; ++i) grid.texts.insert(i);
    const bool on_screen = file.empty() || file == core::standard_output;
    const core::Report report{"", {{"", {}, std::move(grid), {}}}};
    put_text(core::to_text(report, on_screen ? screen_of(stdout) : core::Screen{}), "-o", file);
}

void TableOutput::expect() const {
    expect_apart({{"-o", output}, {"--json", json}});
    if (!output.empty()) core::expect_output(output, "-o " + output, table_kind);
    if (!json.empty()) core::expect_output(json, "--json " + json, table_kind);
}

void put_table(const TableForms& forms, const TableOutput& where) {
    if (!where.json.empty()) put_text(forms.json(), "--json", where.json);
    put_text(rendered(forms, where), "-o", where.output);
}

}  // namespace vtoll::cli
