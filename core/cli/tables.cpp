// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "core/cli/children.hpp"
#include "core/cli/find.hpp"
#include "core/cli/run_folder.hpp"
#include "core/cli/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/episodes_sqlite.hpp"
#include "core/report/comparison.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string table = "overheads", timing = "weights", format = "terminal", output, keep;
    unsigned jobs = 0;
    bool quiet = false;
};

/// Runs every scenario of the table once. What comes back has the failures, by scenario.
std::map<std::string, std::string> run_scenarios(const core::TableDefinition& table, const Options& options,
                                                 const RunFolder& folder) {
    std::vector<std::string> scenarios;
    std::vector<Child> children;
    for (const core::RowDefinition& row : table.rows) {
        if (std::find(scenarios.begin(), scenarios.end(), row.scenario) != scenarios.end()) continue;
        scenarios.push_back(row.scenario);
        children.push_back({{"run", row.scenario, "--quiet", "--timing", options.timing, "-o", folder.of(row.scenario).string()},
                            -1, {}});
    }
    const unsigned jobs = options.jobs ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    const bool rewrite = isatty(STDERR_FILENO);
    std::size_t finished = 0;
    std::map<std::string, std::string> failures;
    run_children(children, jobs, [&](const Child& child) {
        const std::string& scenario = child.arguments[1];
        if (child.status != exit_ok) failures[scenario] = reason(child);
        ++finished;
        if (options.quiet) return;
        fmt::print(stderr, "{}vtoll: run {} of {}: {}{}", rewrite ? "\r\033[K" : "", finished, children.size(), scenario,
                   rewrite ? "" : "\n");
        std::fflush(stderr);
    });
    if (rewrite && !options.quiet) fmt::print(stderr, "\r\033[K");
    return failures;
}

/// The file of the scenario's hypervisor, "" when it has none.
std::string hypervisor_of(const std::string& scenario) {
    for (const core::ImageSpec& image : find_scenario(scenario, {}).scenario.images)
        if (image.symbols == "hypervisor") return fs::path(image.file).filename().string();
    return {};
}

core::Comparison compare(const Options& options) {
    const core::Pricing pricing = core::pricing_for(options.timing);
    core::Comparison comparison{core::load_table(options.table), pricing.name, pricing.title, pricing.model, {}, {}};
    const core::TableDefinition& table = comparison.definition;
    const core::PublishedTable published = core::load_published(table.published);
    core::check_against(table, published);
    comparison.hypervisor = hypervisor_of(table.rows.front().scenario);

    const RunFolder folder(options.keep);
    const auto failures = run_scenarios(table, options, folder);
    for (const core::RowDefinition& definition : table.rows) {
        core::ComparedRow row = core::published_row(table, published, definition);
        if (const auto failed = failures.find(definition.scenario); failed != failures.end()) {
            row.failure = failed->second;
        } else {
            try {
                const core::RunRecord run = core::read_episodes(folder.of(definition.scenario) / "episodes.sqlite");
                if (!core::conserved(run)) row.failure = "the books of the run don't add up";
                else row.measured = core::measure(run, definition);
            } catch (const InputError& error) {
                row.failure = error.what();
            }
        }
        comparison.rows.push_back(std::move(row));
    }
    return comparison;
}

bool stdout_colour() {
    const char* no_colour = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && (no_colour == nullptr || *no_colour == '\0');
}

std::string rendered(const core::Comparison& comparison, const Options& options) {
    if (options.format == "csv") return core::to_csv(comparison);
    if (options.format == "json") return core::to_json(comparison);
    const core::Report report = core::to_report(comparison);
    if (options.format == "md") return core::to_markdown(report);
    return core::to_text(report, options.format == "terminal" && options.output.empty() && stdout_colour());
}

int tables(const Options& options) {
    const core::Comparison comparison = compare(options);
    const std::string text = rendered(comparison, options);
    if (options.output.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
    } else {
        std::ofstream file(options.output, std::ios::binary);
        file << text;
        file.close();
        if (!file) throw InputError("-o " + options.output + ": can't be written");
    }
    int status = exit_ok;
    for (const core::ComparedRow& row : comparison.rows) {
        if (row.measured) continue;
        complain(row.definition.operation + ": " + row.failure);
        status = exit_guest_failed;
    }
    return status;
}

}  // namespace

void add_tables(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tables", "Reproduce a published table: published and measured, side by side");
    verb->footer("Examples:\n  vtoll tables\n  vtoll tables --format md -o overheads.md\n"
                 "  vtoll tables --timing my-prices.toml --keep runs/overheads");
    verb->add_option("table", options->table, "Which table (default: overheads)");
    verb->add_option("--timing", options->timing, "Timing model: a profile's name or a price table (default: weights)");
    verb->add_option("--format", options->format, "terminal, text, md, csv or json (default: terminal)")
        ->check(CLI::IsMember({"terminal", "text", "md", "csv", "json"}));
    verb->add_option("-o,--output", options->output, "Write to this file");
    verb->add_option("--keep", options->keep, "Keep the run directories in this folder");
    verb->add_option("-j,--jobs", options->jobs, "Runs at a time (default: one per host processor)");
    verb->add_flag("-q,--quiet", options->quiet, "No progress on standard error");
    verb->callback([options, &status] { status = tables(*options); });
}

}  // namespace vtoll::cli
