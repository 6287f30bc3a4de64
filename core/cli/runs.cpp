// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/exits/run_summary.hpp"
#include "core/report/plain_table.hpp"
#include "core/scenario/run_facts.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    TableOutput table;
    std::vector<std::string> names;
};

core::PlainTable list_of_runs() {
    core::PlainTable table;
    table.name = "runs";
    table.title = "Runs in " + run_folder().string() + "/";
    for (const char* column : {"run", "scenario", "timing", "outcome", "instructions", "ticks"})
        table.columns.push_back({column, column});
    for (const std::string& name : runs_here()) {
        std::vector<core::Cell> row{name};
        try {
            const core::RunFacts facts = core::read_run_facts(run_folder() / name);
            row.insert(row.end(), {facts.scenario, facts.timing, facts.outcome, static_cast<double>(facts.instructions),
                                   static_cast<double>(facts.ticks)});
        } catch (const InputError&) {
            row.insert(row.end(), {core::Cell{}, core::Cell{}, std::string("damaged"), core::Cell{}, core::Cell{}});
        }
        table.rows.push_back(std::move(row));
    }
    if (table.rows.empty()) table.before.push_back("None: vtoll run leaves one, unless it has -o or --no-output.");
    return table;
}

/// All of them, or none when one can't be.
int remove(const std::vector<std::string>& names) {
    std::vector<fs::path> folders;
    for (const std::string& name : names) {
        const fs::path folder = find_run(name);
        if (!core::is_run_directory(folder))
            throw InputError(folder.string() + ": isn't a run directory; expected one, as vtoll run leaves it");
        if (const std::vector<std::string> others = core::files_of_others(folder); !others.empty())
            throw InputError(fmt::format("{}: has files that no run leaves: {}; expected them elsewhere first",
                                         folder.string(), fmt::join(others, ", ")));
        folders.push_back(folder);
    }
    for (const fs::path& folder : folders) {
        std::error_code error;
        fs::remove_all(folder, error);
        if (error) throw InputError(folder.string() + ": can't be removed: " + error.message());
        note(folder.string() + " is removed");
    }
    return exit_ok;
}

}  // namespace

void add_runs(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("runs", "The finished runs in runs/: list them, show one again, remove some");
    verb->footer(
        "Examples:\n  vtoll runs\n  vtoll runs --format csv -o runs.csv\n  vtoll runs show hypercall\n"
        "  vtoll runs remove hypercall.1 hypercall.2");
    verb->require_subcommand(0, 1);
    options->table.add_to(*verb);
    verb->callback([verb, options, &status] {
        if (!verb->get_subcommands().empty()) return;
        options->table.expect();
        put_table(forms_of(list_of_runs()), options->table);
        status = exit_ok;
    });

    CLI::App* shown = verb->add_subcommand("show", "Print again the end of a run, as vtoll run did");
    shown->footer("Example:\n  vtoll runs show hypercall");
    shown->add_option("run", options->names, "Run directories, or names of runs in runs/")->required();
    shown->callback([options, &status] {
        for (const std::string& name : options->names)
            fmt::print("{}{}", options->names.size() > 1 ? fmt::format("\n{}\n", name) : "",
                       core::to_text(core::run_summary(read_books(name)), screen_of(stdout)));
        status = exit_ok;
    });

    CLI::App* removed = verb->add_subcommand("remove", "Remove runs; other files in their folders are never removed");
    removed->footer("Example:\n  vtoll runs remove hypercall.1");
    removed->add_option("run", options->names, "Run directories, or names of runs in runs/")->required();
    removed->callback([options, &status] { status = remove(options->names); });
}

}  // namespace vtoll::cli
