// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>

#include "core/base/profile_path.hpp"
#include "core/cli/kept_runs.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/trace_row.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/comparison.hpp"
#include "core/report/table_kinds.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

/// The reproduction of the published method: it stands beside every other model.
constexpr const char* published_method = "weights";

struct Options {
    std::string table = "overheads", timing, keep;
    TableOutput output;
    unsigned jobs = 0, placements = usual_placements;
    bool quiet = false, verbose = false, list = false, kinds = false;
};

std::string model(const Options& options) { return options.timing.empty() ? usual_model : options.timing; }

/// Each of the words once, in order of first occurrence.
std::vector<std::string> once_each(const std::vector<std::string>& words) {
    std::vector<std::string> out;
    for (const std::string& word : words)
        if (std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
    return out;
}

/// A run of a scenario with a timing model; its name is that of its run directory.
struct Run {
    std::string name, scenario, timing;
    u64 placement = 0;
};

/// Of a scenario, in each of the placements.
void add_runs(std::vector<Run>& runs, const std::string& scenario, const std::string& timing,
              const std::vector<u64>& placements) {
    for (const u64 placement : placements)
        runs.push_back({placed_name(scenario, placement), scenario, timing, placement});
}

/// Runs them all. What comes back has the failures, by name.
std::map<std::string, std::string> run_all(const std::vector<Run>& runs, const Options& options,
                                           const RunFolder& folder) {
    std::vector<Child> children;
    for (const Run& run : runs)
        children.emplace_back().arguments =
            run_words(run.scenario, run.timing, run.placement, folder.of(run.name).string());
    const unsigned jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    const bool rewrite = isatty(STDERR_FILENO);
    std::size_t finished = 0;
    std::map<std::string, std::string> failures;
    run_children(children, jobs, [&](const Child& child) {
        const std::string name = fs::path(child.arguments.back()).filename().string();
        if (child.status != exit_ok) failures[name] = reason(child);
        ++finished;
        if (options.quiet) return;
        fmt::print(stderr, "{}vtoll: run {} of {}: {}{}", rewrite ? "\r\033[K" : "", finished, children.size(), name,
                   rewrite ? "" : "\n");
        std::fflush(stderr);
    });
    if (rewrite && !options.quiet) fmt::print(stderr, "\r\033[K");
    return failures;
}

/// The file of the scenario's hypervisor, "" when it has none.
std::string hypervisor_of(const std::string& scenario) {
    for (const core::ImageSpec& image : find_scenario(scenario, {}).scenario.images)
        if (image.symbols == core::symbols_of::hypervisor) return fs::path(image.file).filename().string();
    return {};
}

/// The books of a run. Throws InputError when it failed.
core::RunRecord read_run(const std::string& name, const std::map<std::string, std::string>& failures,
                         const RunFolder& folder) {
    if (const auto failed = failures.find(name); failed != failures.end()) throw InputError(failed->second);
    return read_sound_books(folder.of(name));
}

core::Comparison compare(const Options& options, const core::TableDefinition& definition) {
    const core::Pricing pricing = core::pricing_for(model(options));
    core::Comparison comparison{definition,
                                pricing.name,
                                pricing.title,
                                pricing.model,
                                {},
                                {},
                                {},
                                placements_of(options.placements, pricing),
                                pricing.core != nullptr,
                                {}};
    const core::TableDefinition& table = comparison.definition;
    const core::PublishedTable published = core::load_published(table.published);
    core::check_against(table, published);
    comparison.hypervisor = hypervisor_of(table.rows.front().scenario);

    std::vector<std::string> scenarios;
    for (const core::RowDefinition& row : table.rows) scenarios.push_back(row.scenario);
    for (const core::RowDefinition& row : table.rows) {
        if (!row.other) continue;
        if (comparison.other.empty()) comparison.other = hypervisor_of(row.other->scenario);
        scenarios.push_back(row.other->scenario);
    }
    const RunFolder folder(options.keep);
    std::vector<Run> runs;
    for (const std::string& scenario : once_each(scenarios))
        add_runs(runs, scenario, model(options), comparison.placements);
    if (pricing.name != published_method) comparison.reference = published_method;
    const auto reference = [&](const core::RowDefinition& row) { return row.scenario + "-" + comparison.reference; };
    if (!comparison.reference.empty())
        for (const core::RowDefinition& row : table.rows)
            runs.push_back({reference(row), row.scenario, comparison.reference});
    const auto failures = run_all(runs, options, folder);
    const auto measure = [&](const std::string& name, const std::vector<u64>& placements,
                             const core::Operation& definition, std::string& failure) -> std::optional<core::Measured> {
        try {
            std::vector<core::RunRecord> books;
            for (const u64 placement : placements)
                books.push_back(read_run(placed_name(name, placement), failures, folder));
            return core::measure(books, definition);
        } catch (const InputError& error) {
            failure = error.what();
            return {};
        }
    };
    for (const core::RowDefinition& definition : table.rows) {
        core::ComparedRow row = core::published_row(table, published, definition);
        row.measured = measure(definition.scenario, comparison.placements, definition, row.failure);
        if (definition.other)
            row.other =
                measure(definition.other->scenario, comparison.placements, *definition.other, row.other_failure);
        if (!comparison.reference.empty())
            if (const auto measured = measure(reference(definition), {0}, definition, row.failure))
                row.reference_ticks = measured->ticks.median;
        comparison.rows.push_back(std::move(row));
    }
    return comparison;
}

/// A table that is filled out of runs of its scenarios.
template <class Table>
core::PlainTable filled(const Options& options, const Table& table) {
    const std::vector<std::string> scenarios = table.scenarios();
    if (scenarios.empty()) return fill(table, {});
    const core::Pricing pricing = core::pricing_for(model(options));
    const RunFolder folder(options.keep);
    const std::vector<std::string> shipped = shipped_scenarios();
    const std::vector<u64> placements = placements_of(Table::placements_matter ? options.placements : 1, pricing);
    std::vector<Run> wanted;
    for (const std::string& scenario : scenarios)
        if (std::find(shipped.begin(), shipped.end(), scenario) != shipped.end())
            add_runs(wanted, scenario, model(options), placements);
    const auto failures = run_all(wanted, options, folder);
    std::vector<core::PlainTable> filled;
    for (const u64 placement : placements) {
        core::Runs runs;
        for (const Run& run : wanted) {
            if (run.placement != placement) continue;
            try {
                runs.books[run.scenario] = read_run(run.name, failures, folder);
            } catch (const InputError& error) {
                runs.failures[run.scenario] = error.what();
            }
        }
        filled.push_back(fill(table, runs));
    }
    core::PlainTable out = core::over_placements(std::move(filled), placements);
    if (const std::string words =
            core::about_placements(placements, Table::placements_matter && pricing.core != nullptr);
        !words.empty())
        out.before.insert(out.before.begin(), words);
    out.before.insert(out.before.begin(),
                      fmt::format("Measured on vtoll's machine `virt`; cycles by the timing model '{}' ({}).",
                                  pricing.name, pricing.title));
    return out;
}

/// What the replay of a trace says of one operation.
core::BenchmarkRun run_of_trace(const fs::path& file) {
    const auto document = nlohmann::json::parse(core::read_input(file, file.filename().string()).bytes);
    core::BenchmarkRun run;
    run.books.clock_hz = document.at("clock_hz").get<u64>();
    run.cycles = document.at("cycles").get<double>();
    run.bytes = document.value("bytes", 0.0);
    run.idle = document.value("idle", 0.0);
    return run;
}

/// Of the scenario's own timing model or the one that was asked for.
bool has_caches(const Options& options, const core::BenchmarkTable& table) {
    for (const core::BenchmarkMachine& machine : table.machines)
        for (const core::BenchmarkSystem& system : machine.systems) {
            if (!system.trace.empty()) return true;
            if (system.scenario.empty()) continue;
            const std::string own = find_scenario(system.scenario, {}).scenario.timing.rung;
            if (core::pricing_for(options.timing.empty() ? own : options.timing).core) return true;
        }
    return false;
}

/// The runs of a table of benchmark programs: a row of a system in a placement.
class BenchmarkPoints {
public:
    BenchmarkPoints(const Options& options, const core::BenchmarkTable& table, unsigned placements)
        : options_(options), placements_(placements), kept_(options.keep) {
        for (core::trace::Row& row : known_rows()) traced_[row.name] = std::move(row);
        // Row by row: the first runs of each system make its boot checkpoint, at the same time.
        for (u64 placement = 0; placement < placements; ++placement)
            for (const core::BenchmarkRow& row : table.rows)
                for (const core::BenchmarkMachine& machine : table.machines)
                    for (const core::BenchmarkSystem& system : machine.systems)
                        add(table, row, machine, system, placement);
        kept_.carry_out(options.jobs, options.quiet);
    }

    core::BenchmarkRuns of(u64 placement) const {
        core::BenchmarkRuns runs;
        for (const auto& [key, number] : numbers_.at(placement)) {
            if (const std::string& failure = kept_.failure(number); !failure.empty()) {
                runs.failures[key] = failure;
                continue;
            }
            const fs::path& directory = kept_.directory(number);
            if (const auto system = systems_.find(key.first); system != systems_.end()) {
                runs.runs[key] =
                    run_of_trace(report_of_row(directory, key.second, row_timing, system->second, placement));
                continue;
            }
            runs.runs[key] = {read_sound_books(directory),
                              core::read_input(directory / "console.log", "console.log").bytes};
        }
        return runs;
    }

private:
    void add(const core::BenchmarkTable& table, const core::BenchmarkRow& row, const core::BenchmarkMachine& machine,
             const core::BenchmarkSystem& system, u64 placement) {
        auto& numbers = numbers_[placement];
        const core::BenchmarkRuns::Key key{system.source(), row.run};
        if (!system.trace.empty()) systems_[system.source()] = system.trace == "native" ? "" : machine.port;
        if (const auto known = traced_.find(row.run); !system.trace.empty() && known != traced_.end())
            numbers[key] = kept_.add_row(known->second, machine.port, placements_);
        if (system.scenario.empty()) return;
        std::vector<std::string> overrides = system.overrides_for(table.words_for(row));
        if (!options_.timing.empty()) overrides.push_back("timing.rung=" + options_.timing);
        numbers[key] = kept_.add(placed_name(system.scenario + "-" + row.run, placement), system.scenario,
                                 placed(std::move(overrides), placement));
    }

    const Options& options_;
    unsigned placements_;
    KeptRuns kept_;
    std::map<u64, std::map<core::BenchmarkRuns::Key, std::size_t>> numbers_;  ///< by placement
    std::map<std::string, std::string> systems_;  ///< of traces, by their source: the port, "" for native
    std::map<std::string, core::trace::Row> traced_;
};

/// A table of benchmark programs on Linux: their runs take minutes and are kept.
core::PlainTable filled(const Options& options, const core::BenchmarkTable& table) {
    const core::PublishedTable published = core::load_published(table.published, table.row_columns);
    const bool caches = has_caches(options, table);
    std::vector<u64> placements(caches ? options.placements : 1);
    std::iota(placements.begin(), placements.end(), u64{0});
    const BenchmarkPoints points(options, table, static_cast<unsigned>(placements.size()));
    std::vector<core::PlainTable> tables;
    for (const u64 placement : placements)
        tables.push_back(core::benchmark_table(table, published, points.of(placement)));
    core::PlainTable out = core::over_placements(std::move(tables), placements);
    if (const std::string words = core::about_placements(placements, caches); !words.empty())
        out.before.push_back(words);
    return out;
}

/// Prints a table. What comes back is the exit code.
template <class Table>
int print(const Options& options, const Table& definition) {
    const core::PlainTable table = filled(options, definition);
    put_table(forms_of(table), options.output);
    for (const std::string& failure : table.failures) complain(failure);
    return table.failures.empty() ? exit_ok : exit_guest_failed;
}

int print(const Options& options, const core::TableDefinition& definition) {
    core::Comparison comparison = compare(options, definition);
    comparison.detailed = options.verbose;
    put_table(forms_of(comparison), options.output);
    int status = exit_ok;
    const auto failed = [&](const std::string& what, const std::string& why) {
        complain(what + ": " + why);
        status = exit_guest_failed;
    };
    for (const core::ComparedRow& row : comparison.rows) {
        if (!row.failure.empty()) failed(row.definition.operation, row.failure);
        if (row.definition.other && !row.other)
            failed(comparison.other + ": " + row.definition.operation, row.other_failure);
    }
    return status;
}

/// The keys of definitions, by kind of table.
std::string kinds(bool as_json) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    std::string text;
    for (const core::TableKind& kind : core::table_kinds()) {
        text += fmt::format("{}kind = \"{}\"\n", text.empty() ? "" : "\n", kind.name);
        for (const core::KeyFacts& key : kind.keys) {
            const std::string name = key.table + (key.table.empty() ? "" : " ") + key.name;
            text +=
                fmt::format("  {}\n      {}\n      {}; without it: {}\n", name, key.meaning, key.values, key.standard);
            list.push_back({{"kind", kind.name},
                            {"key", name},
                            {"meaning", key.meaning},
                            {"values", key.values},
                            {"default", key.standard}});
        }
    }
    return as_json ? list.dump(1) + "\n" : text;
}

int tables(const Options& options) {
    options.output.expect();
    if (options.kinds) {
        const std::string text = kinds(options.output.format == "json");
        put_text(options.output.format == "terminal" && options.output.output.empty() ? fitted(text, stdout) : text,
                 "-o", options.output.output);
        return exit_ok;
    }
    if (!options.list)
        return std::visit([&](const auto& table) { return print(options, table); },
                          core::load_definition(options.table));
    std::vector<std::vector<std::string>> lines;
    for (const std::string& name : core::shipped_tables())
        lines.push_back({name, std::visit([](const auto& table) { return table.title; }, core::load_definition(name))});
    put_list(std::move(lines), options.output.output);
    return exit_ok;
}

}  // namespace

void add_tables(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tables", "Reproduce a published table: published and measured, side by side");
    verb->footer(
        "Examples:\n  vtoll tables\n  vtoll tables -v\n  vtoll tables --list\n  vtoll tables switches\n  vtoll tables "
        "lmbench\n"
        "  vtoll tables lmbench-minios --timing weights\n"
        "  vtoll tables --format md -o overheads.md\n"
        "  vtoll tables --timing my-prices.toml --keep runs/overheads");
    verb->add_option("table", options->table, "Which table (default: overheads)");
    verb->add_flag("--list", options->list, "Names of the tables, with their titles");
    add_placements(*verb, options->placements);
    verb->add_flag("--kinds", options->kinds, "The keys of tables' definitions, by kind of table");
    add_timing(
        *verb, options->timing,
        "Timing model: a profile's name or a price table (default: cortex-a15; lmbench and netperf: their machines')");
    add_verbose(*verb, options->verbose, "Of overheads: each row's spread, phases and stalls as well");
    options->output.add_to(*verb);
    add_keep(*verb, options->keep);
    add_jobs(*verb, options->jobs);
    add_quiet(*verb, options->quiet);
    verb->callback([options, &status] { status = tables(*options); });
}

}  // namespace vtoll::cli
