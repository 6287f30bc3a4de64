// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"
#include "core/report/advice/advice.hpp"

namespace vtoll::cli {

namespace {

struct Options {
    TableOutput output;
    std::string run;
    bool list = false;
};

int advise(const Options& options) {
    if (options.list) {
        put_table(forms_with(core::rule_table, core::rule_report), options.output);
        return exit_ok;
    }
    if (options.run.empty())
        throw CLI::ValidationError("advise", "expected a run, or --list for the findings that there are");
    const core::RunRecord run = read_books(options.run);
    const core::Advice advice = core::advise(run);
    put_table(
        forms_with([&] { return core::advice_table(advice, run); }, [&] { return core::advice_report(advice, run); }),
        options.output);
    return exit_ok;
}

}  // namespace

void add_advise(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "advise", "Find why a finished run's exits are dear or its guest is stuck, with the worth of each cure");
    verb->footer("Examples:\n  vtoll advise hypercall\n  vtoll advise runs/mine --format json\n  vtoll advise --list");
    verb->add_option("run", options->run, "Run directory, or name of a scenario with results in runs/");
    verb->add_flag("--list", options->list, "The kinds of findings, without a run");
    options->output.add_to(*verb);
    verb->callback([options, &status] { status = advise(*options); });
}

}  // namespace vtoll::cli
