// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/base/keys.hpp"
#include "core/report/benchmark_table.hpp"

namespace vtoll::core {

namespace {

constexpr std::array<Named<BenchmarkRow::Quantity>, 4> quantities{{{"time", BenchmarkRow::Quantity::time},
                                                                   {"throughput", BenchmarkRow::Quantity::throughput},
                                                                   {"load", BenchmarkRow::Quantity::load},
                                                                   {"cost", BenchmarkRow::Quantity::cost}}};

/// "" when it is an expression with one group.
std::string complaint_of(const std::string& expression) {
    try {
        if (std::regex(expression).mark_count() != 1) return "expected one group";
    } catch (const std::regex_error& error) {
        return fmt::format("expected a regular expression ({})", error.what());
    }
    return "";
}

}  // namespace

std::string BenchmarkTable::words_for(const BenchmarkRow& row) const {
    return "run=" + row.run + (enough ? fmt::format(" enough={}", *enough) : "");
}

std::vector<std::string> BenchmarkSystem::overrides_for(const std::string& what) const {
    return {bootargs + "+=run=ask", fmt::format("console.input=\"{}\\n\"", what)};
}

void BenchmarkRow::declare(Keys& keys) {
    const auto is_printed = [this] { return quantity != Quantity::load; };
    keys.text("label", label, "row of the published table").filled();
    keys.text("run", run, "its name for /init (docs/stock.md)").filled();
    keys.choice(
        "quantity", quantity, quantities,
        "what the figure is; cost: per data, by throughput and load; load: of the books, printed by no program");
    keys.text("figure", figure, "regular expression of the line with the figure, its group")
        .needed_if(is_printed)
        .only_if(is_printed, "expected none: no program prints the load")
        .check([this, is_printed] { return is_printed() ? complaint_of(figure) : ""; });
}

void BenchmarkSystem::declare(Keys& keys) {
    keys.text("name", name, "of the configuration").filled();
    keys.text("scenario", scenario, "that measures it; neither this nor `trace`: nothing does");
    keys.text("bootargs", bootargs,
              "the scenario's key with the command line of the guest, whose /init then reads from "
              "the console what to run (docs/stock.md)")
        .needed_if([this] { return !scenario.empty(); });
    keys.word("trace", trace, {"native", "para"},
              "the row is recorded and replayed, natively or as a guest of the microvisor (docs/trace-replay.md)")
        .only_if([this] { return scenario.empty(); }, "expected this or a scenario");
}

void BenchmarkMachine::declare(Keys& keys) {
    keys.text("name", name, "of the machine, in CSV and JSON").filled();
    keys.text("title", title, "above its columns").filled();
    keys.flag("published", published, "the published figures stand in its part of the table");
    keys.list("system", systems).filled();
    keys.text("port", port, "of the microvisor, of traces").needed_if([this] {
        return std::any_of(systems.begin(), systems.end(), [](const auto& system) { return !system.trace.empty(); });
    });
}

void BenchmarkTable::declare(Keys& keys) {
    TableHeading::declare(keys);
    keys.number("row_columns", row_columns, 1, 4,
                "columns of the published table that name a row, \", \" between them");
    keys.text("native", native, "its column with the native figure, whose unit is that of the measured one").filled();
    keys.text("virtualized", virtualized, "its column with the virtualized figure").filled();
    keys.text("overhead_cycles", overhead_cycles,
              "its column with the addition in cycles: then overheads are given in cycles of the machine's clock too");
    keys.text("overhead_percent", overhead_percent, "its column with the addition in %").filled();
    keys.number("enough", enough, 1, 1'000'000, "microseconds of the interval that lmbench measures, a key of /init");
    keys.list("machine", machines).filled();
    keys.list("row", rows).filled();
}

}  // namespace vtoll::core
