// SPDX-License-Identifier: Apache-2.0
// `vtoll whatif SCENARIO` is in runs/whatif_parts.cpp; without one it is in python/vtoll/verbs.py.
#include <memory>

#include "core/cli/runs/whatif_parts.hpp"
#include "core/cli/support/python.hpp"
#include "core/cli/verbs.hpp"
#include "core/timing/free_parts.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

void add_whatif(CLI::App& app, int& status) {
    struct Options : PartsOptions {
        std::vector<std::string> features;
        bool list = false;
    };
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "whatif", "Measure the worth of the machine's parts to a scenario, or of hardware features to a hypervisor");
    verb->footer(
        "With a scenario: it is run as it is, with each part of the machine free (timing.free), and with all of them.\n"
        "Without: the rows of the overheads table and minios under the hypervisor pure, and under builds of it that\n"
        "leave one feature of the machine unused and do its work in software.\n"
        "Examples:\n  vtoll whatif my-hypervisor.toml\n  vtoll whatif hypercall --exit 'hypercall 0' --plot parts.svg\n"
        "  vtoll whatif runs/mine --part caches --part tlb --format csv -o parts.csv\n"
        "  vtoll whatif\n  vtoll whatif --feature 'stage 2' --feature 'virtual GIC'\n"
        "  vtoll whatif --timing cortex-a7 --plot whatif.svg");
    verb->add_option("scenario", options->scenario,
                     "As for run, or a run directory: measure the worth of its machine's parts");
    verb->add_option("--part", options->parts, "Only this one; may be given again (default: all)")
        ->allow_extra_args(false)
        ->check(CLI::IsMember(core::free_part_names()));
    verb->add_option("--exit", options->exit, "Their worth to one exit of this kind, by its name in vtoll exits");
    verb->add_flag("--whole", options->whole, "The whole run, although it has the markers DBG #1 and DBG #2");
    verb->add_option("-c,--set", options->set, "KEY=VALUE: a key of the scenario; may be given again")
        ->allow_extra_args(false);
    add_placements(*verb, options->placements);
    add_keep(*verb, options->keep);
    verb->add_option("--feature", options->features, "Without a scenario: only this one; may be given again")
        ->allow_extra_args(false);
    verb->add_flag("--list", options->list, "Names of the features, with the replacement for each");
    const CLI::Option* timing =
        add_timing(*verb, options->timing,
                   "Timing model: a profile's name or a price table (default: the scenario's; cortex-a15 where that is "
                   "functional, and without a scenario)");
    add_jobs(*verb, options->jobs);
    options->table.add_format(*verb);
    add_output(*verb, options->table.output);
    verb->add_option("--json", options->table.json, "With a scenario: write the table as JSON to this file as well");
    verb->add_option("--plot", options->plot, "Draw a bar chart as well: FILE.svg");
    add_quiet(*verb, options->quiet);
    verb->callback([options, verb, timing, &status] {
        const bool parts = !options->scenario.empty();
        for (const char* name : {"--feature", "--list"})
            if (parts && verb->get_option(name)->count())
                throw CLI::ValidationError(name, "is of the features; expected no scenario beside it");
        for (const char* name : {"--part", "--exit", "--whole", "--set", "--placements", "--keep", "--json"})
            if (!parts && verb->get_option(name)->count())
                throw CLI::ValidationError(name, "is of a scenario; expected one beside it");
        if (parts && !timing->count()) options->timing.clear();
        expect_apart({{"-o", options->table.output}, {"--json", options->table.json}, {"--plot", options->plot}});
        options->table.expect();
        if (!options->timing.empty()) (void)core::pricing_for(options->timing);
        if (parts) status = whatif_parts(*options);
        else go_on_in_python(*verb);
    });
}

}  // namespace vtoll::cli
