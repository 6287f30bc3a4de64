// SPDX-License-Identifier: Apache-2.0
// `vtoll whatif` is in python/vtoll/verbs.py.
#include <memory>

#include "core/cli/support/options.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

void add_whatif(CLI::App& app, int&) {
    struct Options {
        std::vector<std::string> features;
        std::string timing = "cortex-a15", plot;
        TableOutput table;
        unsigned jobs = 0;
        bool list = false, quiet = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("whatif", "What each hardware feature buys, by doing without it");
    verb->footer(
        "The rows of the overheads table and minios under the hypervisor pure, and under builds of it that leave one\n"
        "feature of the machine unused and do its work in software.\n"
        "Examples:\n  vtoll whatif\n  vtoll whatif --feature 'stage 2' --feature 'virtual GIC'\n"
        "  vtoll whatif --timing cortex-a7 --plot whatif.svg\n  vtoll whatif --format csv -o whatif.csv");
    verb->add_option("--feature", options->features, "Only this one; may be given again (default: all)")
        ->allow_extra_args(false);
    verb->add_flag("--list", options->list, "Names of the features, and what is done without them");
    add_timing(*verb, options->timing, "Timing model: a profile's name or a price table")->capture_default_str();
    add_jobs(*verb, options->jobs);
    options->table.add_format(*verb);
    add_output(*verb, options->table.output);
    verb->add_option("--plot", options->plot, "Draw a bar chart as well: FILE.svg");
    add_quiet(*verb, options->quiet);
    run_in_python(*verb, options, [options] {
        expect_apart({{"-o", options->table.output}, {"--plot", options->plot}});
        options->table.expect();
        (void)core::pricing_for(options->timing);
    });
}

}  // namespace vtoll::cli
