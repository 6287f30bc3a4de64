// SPDX-License-Identifier: Apache-2.0
#include "core/report/further_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ledger/store/exits.hpp"
#include "core/report/table_kinds.hpp"

namespace vtoll::core {

namespace {

const std::string not_measured = "not measured";
const Cell nothing;

PlainTable begun(const TableHeading& table) {
    PlainTable out;
    out.name = table.name;
    out.title = table.title;
    out.after = {table.citation, table.note};
    return out;
}

SampleValue switches(u32 Sample::*which) {
    return [which](const Sample& s) -> u64 { return s.*which; };
}
u64 all_insns(const Sample& s) { return s.total.insns; }
u64 all_ticks(const Sample& s) { return s.total.ticks; }

/// Fills `cells` from the scenario's books; when there are none, says why there.
void add_measured(PlainTable& out, const std::string& scenario, const Runs& runs,
                  const std::function<std::vector<Cell>(const RunRecord&)>& measure, std::size_t number,
                  std::vector<Cell>& cells) {
    const auto failed = runs.failures.find(scenario);
    const auto books = runs.books.find(scenario);
    try {
        if (failed != runs.failures.end()) throw InputError(failed->second);
        if (scenario.empty() || books == runs.books.end()) {
            cells.insert(cells.end(), number, Cell(not_measured));
            return;
        }
        const std::vector<Cell> measured = measure(books->second);
        cells.insert(cells.end(), measured.begin(), measured.end());
    } catch (const InputError& error) {
        const std::string failure = scenario + ": " + error.what();
        if (std::find(out.failures.begin(), out.failures.end(), failure) == out.failures.end())
            out.failures.push_back(failure);
        cells.insert(cells.end(), number, Cell(std::string("failed")));
    }
}

}  // namespace

double median_of(const RunRecord& run, const SampleValue& value) {
    std::vector<Counted> values;
    for (const ProcessorRecord& cpu : run.cpus)
        for (const Sample& s : cpu.samples)
            if (s.measured) values.push_back({value(s), 1});
    if (values.empty()) throw InputError(fmt::format("scenario '{}' has no measured sample", run.scenario));
    return static_cast<double>(distribution(std::move(values)).median);
}

double per_operation(const RunRecord& run, const MiniosTable& lmbench, std::size_t operation,
                     const SampleValue& value) {
    const std::size_t expected = 2 * lmbench.repetitions * lmbench.rows.size();
    if (run.cpus.size() != 1 || run.cpus[0].samples.size() != expected)
        throw InputError(fmt::format("scenario '{}': {} samples, expected {}", run.scenario,
                                     run.cpus.empty() ? 0 : run.cpus[0].samples.size(), expected));
    const auto n = static_cast<double>(lmbench.rows[operation].n);
    std::vector<double> differences;
    for (u64 i = 0; i < lmbench.repetitions; ++i) {
        const Sample* pair = &run.cpus[0].samples[2 * (operation * lmbench.repetitions + i)];
        differences.push_back((static_cast<double>(value(pair[1])) - static_cast<double>(value(pair[0]))) / n);
    }
    std::sort(differences.begin(), differences.end());
    return differences[(differences.size() - 1) / 2];
}

PlainTable fill(const DeviceTable& table, const Runs& runs) {
    PlainTable out = begun(table);
    out.columns = {{"arrangement", "arrangement"},
                   {"registers", "register\naccesses"},
                   {"traps", "traps\ntaken"},
                   {"mode_switches", "mode\nswitches"},
                   {"address_space_switches", "addressing\nswitches"},
                   {"instructions", "per operation\ninsns"},
                   {"cycles", "per operation\ncycles"},
                   {"hypervisor_cycles", "of which in\nhypervisor"}};
    for (const char* key : {"cycles", "hypervisor_cycles"}) out.columns[column_named(out, key)].measured = true;
    for (const DeviceTable::Row& row : table.rows) {
        std::vector<Cell> cells{row.label, static_cast<double>(row.registers)};
        const auto measure = [&](const RunRecord& run) -> std::vector<Cell> {
            return {median_of(run, switches(&Sample::hyp_entries)),
                    median_of(run, switches(&Sample::mode_switches)),
                    median_of(run, switches(&Sample::address_space_switches)),
                    median_of(run, all_insns),
                    median_of(run, all_ticks),
                    median_of(run, [](const Sample& s) { return s.hypervisor.ticks; })};
        };
        add_measured(out, row.scenario, runs, measure, 6, cells);
        out.rows.push_back(std::move(cells));
        out.before.push_back(fmt::format("{} ({}): {}.", row.label, row.scenario, row.about));
    }
    return out;
}

PlainTable switch_table(const SwitchTable& table, const PublishedTable& published, const MiniosTable& lmbench,
                        const Runs& runs) {
    PlainTable out = begun(table);
    out.columns = {{"structure", "structure"},
                   {"scenario", "scenario"},
                   {"mode_switches_published", "modes\npublished"},
                   {"mode_switches", "modes\nmeasured"},
                   {"address_context_switches_published", "contexts\npublished"},
                   {"address_context_switches", "contexts\nmeasured"}};
    const std::vector<std::string> known = published.rows();
    for (const SwitchTable::Row& row : table.rows) {
        const bool is_published = std::find(known.begin(), known.end(), row.label) != known.end();
        const auto value = [&](const char* column) -> Cell {
            const auto v = is_published ? published.number(row.label, column) : std::nullopt;
            return v ? Cell(static_cast<double>(*v)) : nothing;
        };
        std::vector<Cell> measured;
        const auto measure = [&](const RunRecord& run) -> std::vector<Cell> {
            const SampleValue modes = switches(&Sample::mode_switches),
                              spaces = switches(&Sample::address_space_switches);
            if (row.operation.empty()) return {median_of(run, modes), median_of(run, spaces)};
            const auto operation = std::find_if(lmbench.rows.begin(), lmbench.rows.end(),
                                                [&](const MiniosTable::Row& r) { return r.label == row.operation; });
            if (operation == lmbench.rows.end())
                throw InputError(fmt::format("no operation '{}' in lmbench's table", row.operation));
            const auto index = static_cast<std::size_t>(operation - lmbench.rows.begin());
            return {per_operation(run, lmbench, index, modes), per_operation(run, lmbench, index, spaces)};
        };
        add_measured(out, row.scenario, runs, measure, 2, measured);
        const Cell scenario = runs.books.count(row.scenario) ? Cell(row.scenario) : nothing;
        out.rows.push_back(
            {row.label, scenario, value("mode_switches"), measured[0], value("address_context_switches"), measured[1]});
        if (is_published) out.before.push_back(row.label + ": " + published.field(row.label, "path") + ".");
        else if (!row.about.empty()) out.before.push_back(row.label + ": " + row.about + ".");
    }
    return out;
}

PlainTable fill(const WorldSwitchTable& table, const Runs& runs) {
    PlainTable out = begun(table);
    out.columns = {{"machines", "machines"},  {"exit", "switched by"}, {"switches", "switches"},
                   {"instructions", "insns"}, {"min", "ticks\nmin"},   {"median", "ticks\nmedian"},
                   {"mean", "ticks\nmean"},   {"max", "ticks\nmax"}};
    const std::size_t measured = out.columns.size() - 1;
    for (const WorldSwitchTable::Row& row : table.rows) {
        const auto measure = [&](const RunRecord& run) {
            std::vector<Cell> cells;
            for (const ExitRow& exit : exit_rows(run, {.switches_only = true})) {
                if (!exit.finished) continue;
                cells.emplace_back(exit.exit);
                cells.emplace_back(static_cast<double>(exit.ticks.n));
                cells.emplace_back(exit.insns.mean());
                for (const u64 ticks : {exit.ticks.min, exit.ticks.median})
                    cells.emplace_back(static_cast<double>(ticks));
                cells.emplace_back(exit.ticks.mean());
                cells.emplace_back(static_cast<double>(exit.ticks.max));
            }
            if (cells.empty()) throw InputError("the run has no world switch");
            return cells;
        };
        std::vector<Cell> cells;
        add_measured(out, row.scenario, runs, measure, measured, cells);
        for (auto from = cells.begin(); from != cells.end(); from += static_cast<std::ptrdiff_t>(measured)) {
            std::vector<Cell>& line = out.rows.emplace_back();
            line.emplace_back(row.label);
            line.insert(line.end(), from, from + static_cast<std::ptrdiff_t>(measured));
        }
        out.before.push_back(fmt::format("{} ({}): {}.", row.label, row.scenario, row.about));
    }
    return out;
}

PlainTable minios_table(const MiniosTable& table, const PublishedTable& published, const Runs& runs) {
    PlainTable out = begun(table);
    out.columns = {
        {"benchmark", "benchmark"}, {"native_instructions", "native\ninsns"}, {"native_cycles", "native\ncycles"}};
    struct System {
        const char* name;
        const std::string& scenario;
    };
    const System systems[] = {{"pure", table.pure}, {"para", table.para}, {"hosted", table.hosted}};
    out.columns.back().measured = true;
    for (const System& system : systems) {
        const auto add = [&](const char* key, const char* head) -> PlainTable::Column& {
            return out.columns.emplace_back(PlainTable::Column{fmt::format("{}_{}", system.name, key),
                                                               *head ? fmt::format("{}\n{}", system.name, head) : ""});
        };
        const auto add_difference = [&](const char* key, const char* head, auto amount) {
            add(key, head).difference = {"native_cycles", fmt::format("{}_cycles", system.name), amount};
        };
        add("instructions", "");  // what the text has room for is what is added to native's cycles
        add("cycles", "").measured = true;
        add_difference("overhead_cycles", "+cycles",
                       [](std::size_t, double native, double other) { return Cell(other - native); });
        add_difference("overhead_percent", "%", [](std::size_t, double native, double other) {
            return native > 0 ? Cell(100 * (other - native) / native) : nothing;
        });
    }
    out.columns.push_back({"published_overhead_cycles", "published\n+cycles"});
    out.columns.push_back({"published_overhead_percent", "published\n%"});

    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        const std::string& label = table.rows[i].label;
        const auto measure = [&](const RunRecord& run) -> std::vector<Cell> {
            return {per_operation(run, table, i, all_insns), per_operation(run, table, i, all_ticks)};
        };
        std::vector<Cell> cells{label};
        add_measured(out, table.native, runs, measure, 2, cells);
        for (const System& system : systems) {
            add_measured(out, system.scenario, runs, measure, 2, cells);
            cells.resize(cells.size() + 2);
        }
        for (const char* column : {"overhead_cycles", "overhead_percent"})
            cells.emplace_back(std::stod(published.field(label, column)));
        out.rows.push_back(std::move(cells));
    }
    derive(out);
    return out;
}

PlainTable fill(const SwitchTable& table, const Runs& runs) {
    return switch_table(table, load_published(table.published), load_table<MiniosTable>("lmbench-minios"), runs);
}

PlainTable fill(const MiniosTable& table, const Runs& runs) {
    return minios_table(table, load_published(table.published), runs);
}

}  // namespace vtoll::core
