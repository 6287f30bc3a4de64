// SPDX-License-Identifier: Apache-2.0
// `vtoll export` is in python/vtoll/verbs.py.
#include <memory>

#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_export(CLI::App& app, int&) {
    struct Options {
        std::string run, unit = "ticks", output;
        bool stacks = false, perfetto = false, measured = false, exits = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("export", "A finished run for other tools: flame graphs, Perfetto");
    verb->footer(
        "Examples:\n  vtoll export page-fault --stacks                  for flamegraph.pl "
        "runs/page-fault/stacks.folded\n"
        "  vtoll export page-fault --perfetto -o x.pftrace   for https://ui.perfetto.dev\n"
        "of the run that this one made: vtoll run page-fault --functions --timeline 100000");
    verb->add_option("run", options->run, "Run directory, or name of a scenario with results in runs/")->required();
    verb->add_flag("--stacks", options->stacks,
                   "Folded stacks, for flamegraph.pl and speedscope; with functions when the run has --functions");
    verb->add_flag("--perfetto", options->perfetto, "A Perfetto trace of a run with --timeline")->excludes("--stacks");
    verb->add_option("--unit", options->unit, "The unit that stacks count")
        ->check(CLI::IsMember({"ticks", "instructions"}))
        ->capture_default_str();
    verb->add_flag("--measured", options->measured,
                   "Stacks: only intervals that began between the markers DBG #1 and DBG #2")
        ->excludes("--perfetto");
    verb->add_flag("--exits", options->exits, "Stacks: only exits to the hypervisor")->excludes("--perfetto");
    add_output(*verb, options->output, "Write here (default: stacks.folded or trace.pftrace in the run directory)");
    run_in_python(*verb, options);
}

}  // namespace vtoll::cli
