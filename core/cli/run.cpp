// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <memory>

#include "core/cli/find.hpp"
#include "core/cli/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/debug/instruction_log.hpp"
#include "core/ledger/books.hpp"
#include "core/ledger/summary.hpp"
#include "core/scenario/run_directory.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

namespace {

volatile std::sig_atomic_t interrupted = 0;

struct Options {
    std::string what, output, rung, log;
    std::vector<std::string> overrides;
    u64 limit = 0;
    bool no_output = false, quiet = false, print_config = false;
};

int exit_code(const core::Outcome& outcome) {
    using Kind = core::Outcome::Kind;
    switch (outcome.kind) {
    case Kind::power_off: case Kind::marker: return exit_ok;
    case Kind::exited: return outcome.guest_code == 0 ? exit_ok : exit_guest_failed;
    case Kind::instruction_limit: case Kind::time_limit: return exit_limit;
    case Kind::interrupted: return exit_interrupted;
    default: return exit_guest_failed;
    }
}

/// Line number of the first difference, 0 when there is none.
std::size_t first_difference(const std::string& a, const std::string& b) {
    if (a == b) return 0;
    std::size_t i = 0, line = 1;
    for (; i < a.size() && i < b.size() && a[i] == b[i]; ++i) line += a[i] == '\n';
    return line;
}

std::string without_carriage_returns(std::string text) {
    std::erase(text, '\r');
    return text;
}

int run(const Options& options) {
    std::vector<std::string> overrides = options.overrides;
    if (!options.rung.empty()) overrides.push_back("timing.rung=" + options.rung);
    if (options.limit) overrides.push_back(fmt::format("limits.instructions={}", options.limit));
    FoundScenario found = find_scenario(options.what, overrides);
    if (options.print_config) {
        core::settle(found.scenario);
        fmt::print("{}", core::to_toml(found.scenario));
        return exit_ok;
    }

    std::unique_ptr<core::RunDirectory> directory;
    if (!options.no_output)
        directory = std::make_unique<core::RunDirectory>(
            options.output.empty() ? std::filesystem::path("runs") / found.scenario.name
                                   : std::filesystem::path(options.output));
    core::Simulation simulation(std::move(found.scenario), found.search, std::move(found.file));
    core::Books books;
    simulation.add(books);
    std::unique_ptr<core::InstructionLog> log;
    if (!options.log.empty()) {
        log = std::make_unique<core::InstructionLog>(options.log);
        simulation.add(*log);
    }

    core::Machine& machine = simulation.machine();
    if (!options.quiet) machine.console().set_echo(stdout);
    std::signal(SIGINT, [](int) { interrupted = 1; });
    core::Outcome outcome;
    {
        Progress progress(options.quiet || !isatty(STDOUT_FILENO));
        machine.on_progress([&] {
            progress.update(machine.instructions(), static_cast<double>(machine.clock().nanoseconds(machine.ticks())) * 1e-9);
            return interrupted == 0;
        });
        outcome = simulation.run();
    }
    std::fflush(stdout);
    if (!options.quiet) fmt::print("\n{}", core::run_summary(books.record()));
    std::fflush(stdout);
    if (directory) {
        simulation.write(*directory);
        directory->commit();
    }

    int status = exit_code(outcome);
    if (status != exit_ok) complain(simulation.summary());
    if (status == exit_ok && simulation.scenario().expect.console) {
        const auto line = first_difference(without_carriage_returns(machine.console().log()),
                                           *simulation.scenario().expect.console);
        if (line) {
            complain(fmt::format("the console differs from the scenario's expect.console from line {} on", line));
            status = exit_guest_failed;
        }
    }
    if (!options.quiet)
        fmt::print(stderr, "vtoll: {}; {} instructions, {} ticks{}\n", core::outcome_name(outcome.kind),
                   machine.instructions(), machine.ticks(),
                   directory ? "; results in " + directory->target().string() : "");
    return status;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("run", "Run a scenario or an image on the simulated machine");
    verb->footer("Examples:\n  vtoll run hypercall --timing weights\n  vtoll run image.elf -c machine.virtualization=false\n"
                 "  vtoll run my.toml -o results --limit 1000000");
    verb->add_option("scenario", options->what, "Name of a shipped scenario, a .toml file, or an image (ELF, zImage)")
        ->required();
    verb->add_option("-o,--output", options->output, "Run directory (default: runs/<scenario's name>)");
    verb->add_flag("--no-output", options->no_output, "Leave no run directory");
    verb->add_option("--timing", options->rung, "Timing rung: functional, a profile's name, or a price table (.toml)");
    verb->add_option("--limit", options->limit, "Stop after this many instructions");
    verb->add_option("--log", options->log, "Write a line per executed instruction to this file");
    verb->add_option("-c,--set", options->overrides, "Override a key of the scenario: machine.cpus=2")
        ->take_all()->allow_extra_args(false);
    verb->add_flag("-q,--quiet", options->quiet, "Don't echo the guest's console");
    verb->add_flag("--print-config", options->print_config, "Print the resolved scenario and stop");
    verb->callback([options, &status] { status = run(*options); });
}

}  // namespace vtoll::cli
