// SPDX-License-Identifier: Apache-2.0
// `vtoll sweep` is in python/vtoll/verbs.py.
#include <memory>

#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"

namespace vtoll::cli {

void add_sweep(CLI::App& app, int&) {
    struct Options {
        std::string scenario, output = "sweep.sqlite", dask, timing;
        std::vector<std::string> parameters, set;
        TableOutput table;
        unsigned jobs = 0;
        bool quiet = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("sweep", "Run a scenario at every combination of parameters");
    verb->footer(
        "A parameter is a key of scenarios (machine.cpus), timing, or a number of the timing model (cache.l2.size).\n"
        "The same command goes on after a kill.\n"
        "Examples:\n  vtoll sweep minios-pure -P timing=cortex-a7,cortex-a15 -P cache.l2.size=128K,256K,1M\n"
        "  vtoll sweep hypercall -P memory.ns=60,90,120 --timing cortex-a15 --format csv\n"
        "  vtoll sweep minios-pure -P memory.ns=60,90 --timing cortex-a15 --dask tcp://127.0.0.1:8786");
    verb->add_option("scenario", options->scenario, "As for run")->required();
    verb->add_option("-P,--parameter", options->parameters,
                     "KEY=V1,V2,...: a parameter and its values; may be given again")
        ->required()
        ->allow_extra_args(false);
    add_timing(*verb, options->timing, "Timing model of all points (default: the scenario's)");
    verb->add_option("-c,--set", options->set, "KEY=VALUE: a key for all points; may be given again")
        ->allow_extra_args(false);
    add_output(*verb, options->output, "Results")->capture_default_str();
    add_jobs(*verb, options->jobs);
    verb->add_option("--dask", options->dask, "Address of the scheduler of a dask.distributed cluster");
    options->table.add_format(*verb);
    add_quiet(*verb, options->quiet);
    run_in_python(*verb, options);
}

}  // namespace vtoll::cli
