// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/names/phase_proposal.hpp"
#include "core/ledger/store/recorded_functions.hpp"

namespace vtoll::cli {

namespace {

struct Options {
    std::string run, output;
};

int phases(const Options& options) {
    const std::filesystem::path recording = find_run(options.run) / "recording.sqlite";
    std::vector<core::SeenFunction> functions;
    bool unnamed = false;
    for (const core::RecordedFunction& each : core::read_functions(recording)) {
        if (each.world != core::World::hypervisor || each.cause == core::Cause::none) continue;
        unnamed |= each.image.empty();
        if (!each.image.empty()) functions.push_back({each.function, each.ticks});
    }
    const core::PhaseProposal proposal = core::propose_phases(functions);
    if (proposal.phases.empty())
        throw InputError(options.run + (functions.empty() && unnamed
                                            ? ": exits executed no function with a name; expected symbols of the "
                                              "hypervisor: vtoll run --functions --symbols hypervisor:FILE"
                                            : ": no two functions of its exits belong together by their names"));
    put_text(to_phases_file(proposal, options.run), "-o", options.output);
    return exit_ok;
}

}  // namespace

void add_phases(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand(
        "phases", "Propose a phases file: the functions that exits executed, put together by their names");
    verb->footer(
        "Examples:\n  vtoll phases mine -o phases.toml\n"
        "  vtoll run mine.toml --phases phases.toml\n"
        "of the run that this one made: vtoll run mine.toml --functions");
    verb->add_option("run", options->run,
                     "Run directory of vtoll run --functions, or name of a scenario with results in runs/")
        ->required();
    verb->add_option("-o,--output", options->output, "Write to this file");
    verb->callback([options, &status] { status = phases(*options); });
}

}  // namespace vtoll::cli
