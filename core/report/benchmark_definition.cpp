// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/base/toml_table.hpp"
#include "core/report/benchmark_table.hpp"
#include "core/report/further_tables.hpp"

namespace vtoll::core {

namespace {

BenchmarkRow::Quantity read_quantity(TomlTable& table) {
    using Quantity = BenchmarkRow::Quantity;
    const std::string name = table.text("quantity").value_or("time");
    if (name == "time") return Quantity::time;
    if (name == "throughput") return Quantity::throughput;
    if (name == "load") return Quantity::load;
    if (name == "cost") return Quantity::cost;
    table.refuse("quantity", "expected \"time\", \"throughput\", \"load\" or \"cost\"");
}

BenchmarkRow read_row(TomlTable& table) {
    BenchmarkRow row{table.needed_text("label"), table.needed_text("run"), table.text("figure").value_or(""),
                     read_quantity(table)};
    if (row.figure.empty() != (row.quantity == BenchmarkRow::Quantity::load))
        table.refuse("figure", "expected one, but for the quantity \"load\"");
    try {
        const std::regex expression(row.figure);
        if (!row.figure.empty() && expression.mark_count() != 1) table.refuse("figure", "expected one group");
    } catch (const std::regex_error& error) {
        table.refuse("figure", fmt::format("expected a regular expression ({})", error.what()));
    }
    table.finish();
    return row;
}

BenchmarkSystem read_system(TomlTable& table) {
    BenchmarkSystem system{table.needed_text("name"), table.text("scenario").value_or(""), {}, {}};
    system.trace = table.text("trace").value_or("");
    if (!system.scenario.empty()) system.bootargs = table.needed_text("bootargs");
    if (!system.trace.empty() && system.trace != "native" && system.trace != "para")
        table.refuse("trace", "expected \"native\" or \"para\"");
    if (!system.trace.empty() && !system.scenario.empty()) table.refuse("trace", "expected this or a scenario");
    table.finish();
    return system;
}

}  // namespace

std::string BenchmarkTable::words_for(const BenchmarkRow& row) const {
    return "run=" + row.run + (enough ? fmt::format(" enough={}", *enough) : "");
}

std::vector<std::string> BenchmarkSystem::overrides_for(const std::string& what) const {
    return {bootargs + "+=run=ask", fmt::format("console.input=\"{}\\n\"", what)};
}

BenchmarkTable parse_benchmark_table(const std::string& text, const std::string& file) {
    const toml::table document = parse_toml(text, file);
    TomlTable top(document, file, "");
    BenchmarkTable table;
    table.name = top.needed_text("name");
    if (top.needed_text("kind") != "benchmarks") top.refuse("kind", "expected \"benchmarks\"");
    table.title = top.needed_text("title");
    table.citation = top.needed_text("citation");
    table.note = top.needed_text("note");
    table.published = top.needed_text("published");
    table.row_columns = static_cast<unsigned>(top.number("row_columns", 1, 4).value_or(1));
    table.native = top.needed_text("native");
    table.virtualized = top.needed_text("virtualized");
    table.overhead_cycles = top.text("overhead_cycles").value_or("");
    table.overhead_percent = top.needed_text("overhead_percent");
    if (const auto enough = top.number("enough", 1, 1'000'000)) table.enough = static_cast<unsigned>(*enough);
    for (TomlTable& machine : top.tables("machine")) {
        BenchmarkMachine& m = table.machines.emplace_back();
        m.name = machine.needed_text("name");
        m.title = machine.needed_text("title");
        m.published = machine.flag("published").value_or(false);
        for (TomlTable& system : machine.tables("system")) m.systems.push_back(read_system(system));
        const bool traced =
            std::any_of(m.systems.begin(), m.systems.end(), [](const auto& s) { return !s.trace.empty(); });
        if (traced) m.port = machine.needed_text("port");
        machine.finish();
        if (m.systems.empty())
            throw InputError(fmt::format("{}: {}: expected at least one [[machine.system]]", file, m.name));
    }
    for (TomlTable& row : top.tables("row")) table.rows.push_back(read_row(row));
    top.finish();
    if (table.machines.empty() || table.rows.empty())
        throw InputError(file + ": expected at least one [[machine]] and one [[row]]");
    return table;
}

BenchmarkTable load_benchmark_table(const std::string& name) {
    return parse_benchmark_table(definition_of_table(name), name + ".toml");
}

}  // namespace vtoll::core
