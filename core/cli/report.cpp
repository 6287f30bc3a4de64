// SPDX-License-Identifier: Apache-2.0
// `vtoll report` is in python/vtoll/verbs.py.
#include <memory>

#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_report(CLI::App& app, int&) {
    struct Options {
        std::vector<std::string> runs, annotate;
        std::string output = "report.html", tables = "none", title, pictures;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        app.add_subcommand("report", "One page about finished runs: tables, pictures, where it all comes from");
    verb->footer(
        "Examples:\n  vtoll report page-fault -o page-fault.html\n"
        "  vtoll report runs/before runs/after --pictures pictures -o difference.html\n"
        "  vtoll report page-fault --tables overheads -o page-fault.html\n"
        "  vtoll report hypercall --annotate 'hypercall 0' -o hypercall.html\n"
        "A run made with --functions --timeline 100000 has more to show.");
    verb->add_option("run", options->runs, "Run directories, or names of scenarios with results in runs/")->required();
    add_output(*verb, options->output, "The page")->capture_default_str();
    verb->add_option("--tables", options->tables,
                     "NAME,...: published tables to measure and put in (see vtoll tables --list), or none")
        ->capture_default_str();
    verb->add_option("--pictures", options->pictures,
                     "Write each picture by itself to this folder as well: NAME.svg, NAME.png, NAME.csv");
    verb->add_option("--annotate", options->annotate,
                     "An exit (or a function) of the runs, instruction by instruction; may be given several times")
        ->take_all()
        ->allow_extra_args(false);
    verb->add_option("--title", options->title, "Of the page (default: the scenarios)");
    run_in_python(*verb, options);
}

}  // namespace vtoll::cli
