// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include "core/cli/support/children.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/run_comparison.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> what;
    std::string work = "minios", timing = usual_model, keep;
    TableOutput table;
    unsigned jobs = 0, placements = usual_placements;
    bool quiet = false, verbose = false;
};

/// One column: a run directory there is, or a scenario to run into one.
struct Column {
    std::string label, scenario;  ///< scenario: "" for a run directory there is
    fs::path folder;
};

bool is_configuration(const std::string& word) {
    return word == "native" || word == "pure" || word == "para" || word == "hosted";
}

/// The scenario that has a configuration do some work. Row scenarios of pure are called by their work alone.
std::string scenario_of(const std::string& configuration, const std::string& work) {
    const std::vector<std::string> shipped = shipped_scenarios();
    std::vector<std::string> names{work + "-" + configuration, configuration + "-" + work};
    if (configuration == "pure") names.push_back(work);
    for (const std::string& name : names)
        if (std::find(shipped.begin(), shipped.end(), name) != shipped.end()) return name;
    throw InputError(fmt::format("{}: no shipped scenario has it do the work '{}'; expected one called {}",
                                 configuration, work, fmt::join(names, " or ")));
}

std::vector<Column> columns_of(const Options& options, const RunFolder& folder) {
    std::vector<Column> columns;
    std::vector<std::string> taken;
    for (const std::string& word : options.what) {
        if (const auto same =
                std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.label == word; });
            same != columns.end()) {
            columns.push_back(Column(*same));
            continue;
        }
        std::error_code ignored;
        if (!is_configuration(word) && fs::is_directory(word, ignored)) {
            if (!fs::exists(fs::path(word) / "episodes.sqlite", ignored))
                throw InputError(word + ": not a run directory: it has no episodes.sqlite");
            columns.push_back({word, "", word});
            continue;
        }
        if (const auto shipped = shipped_scenarios();
            !is_configuration(word) && is_run(word) && std::ranges::find(shipped, word) == shipped.end()) {
            columns.push_back({word, "", find_run(word)});
            continue;
        }
        const std::string scenario = is_configuration(word) ? scenario_of(word, options.work) : word;
        const std::string name = find_scenario(scenario, {}).scenario.name;
        std::string unique = name;
        for (unsigned n = 2; std::find(taken.begin(), taken.end(), unique) != taken.end(); ++n)
            unique = fmt::format("{}-{}", name, n);
        taken.push_back(unique);
        columns.push_back({word, scenario, folder.of(unique)});
    }
    return columns;
}

/// Where the run of a column in a placement is.
fs::path folder_of(const Column& column, u64 placement) { return placed_name(column.folder.string(), placement); }

/// Runs the scenarios, each once in each placement. The exit code of the first that failed, complained about.
int run_columns(const std::vector<Column>& columns, const std::vector<u64>& placements, const Options& options) {
    std::vector<Child> children;
    std::vector<std::string> labels;
    for (const Column& column : columns) {
        if (column.scenario.empty() || std::find(labels.begin(), labels.end(), column.label) != labels.end()) continue;
        for (const u64 placement : placements) {
            children.emplace_back().arguments =
                run_words(column.scenario, options.timing, placement, folder_of(column, placement).string());
            labels.push_back(column.label);
        }
    }
    const unsigned jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    const bool rewrite = isatty(STDERR_FILENO);
    std::size_t finished = 0;
    run_children(children, jobs, [&](const Child& child) {
        ++finished;
        if (options.quiet) return;
        fmt::print(stderr, "{}vtoll: run {} of {}: {}{}", rewrite ? "\r\033[K" : "", finished, children.size(),
                   child.arguments[1], rewrite ? "" : "\n");
        std::fflush(stderr);
    });
    if (rewrite && !options.quiet) fmt::print(stderr, "\r\033[K");
    int status = exit_ok;
    std::set<std::string> said;  // what fails in one placement fails in the others as a rule
    for (std::size_t i = 0; i < children.size(); ++i) {
        if (children[i].status == exit_ok) continue;
        if (const std::string why = labels[i] + ": " + reason(children[i]); said.insert(why).second) complain(why);
        if (status == exit_ok) status = children[i].status;
    }
    return status;
}

int compare(const Options& options) {
    options.table.expect();
    // A timing there isn't is one complaint, not one for each run.
    const std::vector<u64> placements = placements_of(options.placements, core::pricing_for(options.timing));
    const RunFolder folder(options.keep);
    const std::vector<Column> columns = columns_of(options, folder);
    if (const int status = run_columns(columns, placements, options); status != exit_ok) return status;
    std::vector<core::ComparedRun> runs;
    for (const Column& column : columns) {
        runs.push_back(core::load_run(column.folder, column.label));
        if (column.scenario.empty()) continue;
        for (std::size_t i = 1; i < placements.size(); ++i)
            runs.back().elsewhere.push_back(core::load_run(folder_of(column, placements[i]), column.label).record);
    }
    put_table({[&] { return core::comparison_csv(runs); }, [&] { return core::comparison_json(runs); },
               [&] { return core::comparison_report(runs, options.verbose); }},
              options.table);
    return exit_ok;
}

}  // namespace

void add_compare(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        app.add_subcommand("compare", "The same work under several configurations, and where the difference goes");
    verb->footer(
        "native, pure, para and hosted stand for the scenario that does --work in that configuration; "
        "./pure is a file.\n"
        "Examples:\n  vtoll compare native pure para --timing cortex-a8\n  vtoll compare pure para --work hypercall\n"
        "  vtoll compare runs/before runs/after --format md -o difference.md");
    verb->add_option("runs", options->what, "Scenarios (as for run), configurations, or run directories; two or more")
        ->required()
        ->expected(2, -1);
    verb->add_option("--work", options->work,
                     "The work of the configurations: minios, minios-stress, syscall, ... (default: minios)");
    add_timing(*verb, options->timing, "Timing model of the runs: a profile's name or a price table")
        ->capture_default_str();
    add_placements(*verb, options->placements);
    add_verbose(*verb, options->verbose, "Every figure of the runs as well: work, entries, switches, stalls");
    options->table.add_to(*verb);
    add_keep(*verb, options->keep);
    add_jobs(*verb, options->jobs);
    add_quiet(*verb, options->quiet);
    verb->callback([options, &status] { status = compare(*options); });
}

}  // namespace vtoll::cli
