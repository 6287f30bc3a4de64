// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "core/cli/support/boot_checkpoint.hpp"
#include "core/cli/support/course.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/following.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/outcome.hpp"
#include "core/cli/support/signals.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/debug/gdb/gdb_stub.hpp"
#include "core/report/advice/advice.hpp"
#include "core/report/exits/run_summary.hpp"
#include "core/report/screen/text.hpp"
#include "core/scenario/books.hpp"
#include "core/scenario/run_directory.hpp"
#include "core/scenario/simulation.hpp"
#include "core/trace/tarmac/tarmac_log.hpp"

namespace vtoll::cli {

namespace {

struct Options {
    core::DirectBoot boot;
    std::string what, output, rung, log, log_from, log_to, folder, save, until, phases, calls;
    core::Beginning begun;
    std::vector<std::string> overrides, symbols, log_omit;
    u64 limit = 0;
    std::optional<u16> gdb;  ///< port
    core::RecordingOptions recording;
    bool no_output = false, quiet = false, print_config = false;
};

std::optional<core::StopPoint> stop_point(const std::string& text, const char* option) {
    if (text.empty()) return std::nullopt;
    return core::parse_stop_point(text, option);
}

/// Counts of instructions are of the machine's whole life, also where it was restored: one that has gone by is never
/// reached. `from`: the count itself will do, for it stands in front of the next instruction.
void expect_ahead(core::Simulation& simulation, const Options& options) {
    const u64 done = simulation.machine().instructions();
    const auto expect = [&](const char* option, const std::string& text, bool from) {
        const auto point = stop_point(text, option);
        if (!point || point->kind != core::StopPoint::Kind::instructions) return;
        if (from ? point->number >= done : point->number > done) return;
        throw InputError(
            fmt::format("{} {}: the machine begins behind that, restored at insns:{}; expected a count from "
                        "its first start on: insns:{}",
                        option, text, done, done + point->number));
    };
    expect("--log-from", options.log_from, true);
    expect("--log-to", options.log_to, false);
    expect("--save-at", options.begun.save_at, true);
    expect("--measure-from", options.begun.measure_from, true);
    if (options.begun.save_at.empty()) expect("limits.until", simulation.scenario().limits.until, false);
    const auto first = stop_point(options.log_from, "--log-from"), last = stop_point(options.log_to, "--log-to");
    using Kind = core::StopPoint::Kind;
    if (first && last && first->kind == Kind::instructions && last->kind == Kind::instructions &&
        last->number <= first->number)
        throw InputError(
            fmt::format("--log-to {}: expected a count above that of --log-from {}", options.log_to, options.log_from));
}

core::TarmacLogOptions log_options(const Options& options) {
    const auto wanted = [&](const char* kind) {
        return std::find(options.log_omit.begin(), options.log_omit.end(), kind) == options.log_omit.end();
    };
    return {options.log,
            stop_point(options.log_from, "--log-from"),
            stop_point(options.log_to, "--log-to"),
            wanted("registers"),
            wanted("memory"),
            wanted("tables")};
}

void expect_outputs(const Options& options) {
    expect_apart({{"--log", options.log}, {"--save", options.save}});
    std::error_code ignored;
    if (!options.save.empty() && std::filesystem::equivalent(options.save, options.begun.restored, ignored))
        throw InputError("--save " + options.save + ": is the file that --restore reads; expected another name");
    if (!options.log.empty()) core::expect_output(options.log, "--log " + options.log, core::log_kind);
    if (!options.save.empty()) core::expect_output(options.save, "--save " + options.save, core::checkpoint_kind);
}

/// To the end under GDB's control: it stands still until somebody connects.
void run_under_gdb(core::Simulation& simulation, u16 port) {
    core::GdbListener listener(port);
    core::Control control(simulation);
    fmt::print(stderr, "vtoll: the machine stands still until GDB says: target remote localhost:{}\n", listener.port());
    core::GdbStub(control, listener, [] { return signal_received() == 0; }).serve();
}

int run(const Options& options) {
    if (options.what.empty() && options.begun.restored.empty() && options.boot.kernel.empty() &&
        options.boot.hypervisor.empty()) {
        complain(
            "run: expected a scenario, an image, --kernel FILE, --hypervisor FILE, or --restore FILE; "
            "see vtoll run --help");
        return exit_usage;
    }
    std::vector<std::string> overrides = options.overrides;
    if (!options.folder.empty()) overrides.push_back("machine.semihosting_folder=" + options.folder);
    if (!options.rung.empty()) overrides.push_back("timing.rung=" + options.rung);
    if (!options.until.empty()) overrides.push_back("limits.until=" + options.until);
    if (!options.calls.empty()) overrides.push_back("worlds.calls=" + options.calls);
    if (options.limit) overrides.push_back(fmt::format("limits.instructions={}", options.limit));
    std::optional<core::CheckpointFile> checkpoint;
    if (!options.begun.restored.empty()) checkpoint.emplace(options.begun.restored, options.begun.restored);
    FoundScenario found = options.boot.any()     ? find_boot(options.boot, overrides)
                          : options.what.empty() ? scenario_of(*checkpoint, overrides)
                                                 : find_scenario(options.what, overrides);
    core::add_symbols(found.scenario, options.symbols, options.phases);
    if (options.print_config) {
        core::settle(found.scenario);
        fmt::print("{}", core::to_toml(found.scenario));
        return exit_ok;
    }

    // Before the first instruction, also of the boot: what can't be written is known now.
    expect_outputs(options);
    std::unique_ptr<core::RunDirectory> directory;
    if (!options.no_output)
        directory = std::make_unique<core::RunDirectory>(options.output.empty()
                                                             ? std::filesystem::path("runs") / found.scenario.name
                                                             : std::filesystem::path(options.output));
    if (!checkpoint && !found.scenario.boot.until.empty()) {
        int status = exit_ok;
        checkpoint = boot_checkpoint(found.scenario, found.search, status);
        if (!checkpoint) return status;
    }
    core::Beginning begun = options.begun;
    begun.asked = !options.what.empty() ? options.what
                  : options.boot.any()  ? found.scenario.name
                                        : checkpoint->head().asked;
    core::Simulation simulation(std::move(found.scenario), found.search, std::move(found.file),
                                checkpoint ? &*checkpoint : nullptr);
    simulation.begin(begun);
    expect_ahead(simulation, options);
    core::Books books(options.recording);
    simulation.add(books);
    std::unique_ptr<core::TarmacLog> log;
    if (!options.log.empty()) {
        log = std::make_unique<core::TarmacLog>(log_options(options));
        simulation.add(*log);
    }

    core::Machine& machine = simulation.machine();
    std::FILE* const screen = report_stream({options.log, options.save});
    if (!options.quiet) machine.console().set_echo(screen);
    std::string missed;
    {
        const Following following(simulation, options.quiet || !isatty(STDOUT_FILENO));
        if (options.gdb) {
            run_under_gdb(simulation, *options.gdb);
            missed = missed_end(simulation);
        } else {
            missed = carry_out(simulation, books, begun,
                               [&] { core::save_checkpoint(simulation, begun.asked, begun.save_at, options.save); });
        }
    }
    simulation.finish();
    if (missed.empty() && log && !log->opened()) missed = options.log_from;
    std::fflush(stdout);
    core::Report summary = core::run_summary(books.record());
    if (auto advice = core::advice_lines(core::advise(books.record()), directory ? directory->target().string() : "");
        !advice.empty())
        summary.sections.push_back({"", std::move(advice), {}, {}});
    fmt::print(screen, "{}{}", options.quiet ? "" : "\n", core::to_text(summary, screen_of(screen)));
    std::fflush(screen);
    if (directory) {
        simulation.write(*directory);
        if (const std::string kept = directory->commit(); !kept.empty()) note(kept);
    }

    // Before complaints: who asks why a run failed reads the last line.
    note(fmt::format("{}; {} instructions, {} ticks{}", core::outcome_name(simulation.outcome().kind),
                     simulation.instructions(), simulation.ticks(),
                     directory ? "; results in " + directory->target().string() : ""));
    int status = exit_code(simulation.outcome());
    if (status != exit_ok) complain(simulation.summary());
    if (!missed.empty()) {
        complain(complaint_of_missed(missed) + (options.save.empty() ? "" : "; nothing is saved"));
        if (status == exit_ok) status = exit_guest_failed;
    }
    if (log && log->opened() && log->empty()) {
        complain(fmt::format("{}: the log is empty: nothing was executed between {} and {}", options.log,
                             options.log_from.empty() ? "the start" : options.log_from,
                             options.log_to.empty() ? "the end" : options.log_to));
        if (status == exit_ok) status = exit_guest_failed;
    }
    if (status == exit_ok)
        if (const std::string wrong = unexpected_console(simulation); !wrong.empty()) {
            complain(wrong);
            status = exit_guest_failed;
        }
    return status;
}

/// A machine without a scenario file.
std::vector<CLI::Option*> add_boot_options(CLI::App& verb, CLI::Option* scenario, core::DirectBoot& boot) {
    std::vector<CLI::Option*> added;
    const auto add = [&](const char* name, auto& value, const char* help) {
        added.push_back(verb.add_option(name, value, help)->group("In place of a scenario")->excludes(scenario));
        return added.back();
    };
    auto* hypervisor =
        add("--hypervisor", boot.hypervisor, "Hypervisor to start: ELF, zImage or raw; or pure, xen (./xen is a file)");
    auto* kernel = add("--kernel", boot.kernel, "Kernel to start, or the hypervisor's guest: ELF, zImage or raw");
    add("--initrd", boot.initrd, "The kernel's RAM disk")->needs(kernel);
    add("--append", boot.append, "The kernel's command line")->needs(kernel);
    add("--hypervisor-append", boot.hypervisor_append, "The hypervisor's command line")->needs(hypervisor);
    add("--guest-memory", boot.guest_memory,
        "Memory of the guest; without it that is half of the machine's under pure, and the guest of another "
        "hypervisor is Xen's dom0, whose memory Xen's command line says")
        ->needs(hypervisor)
        ->needs(kernel);
    add("--dtb", boot.dtb, "Device tree, in place of the one that is made");
    add("--smp", boot.cpus, "Processors, 1 to 8 (1)");
    add("--memory", boot.memory, "Size of memory: 512M, 1G (128M)");
    add("--load", boot.loads, "FILE@ADDRESS: place a file in memory as it is")->take_all()->allow_extra_args(false);
    return added;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("run", "Run a scenario or an image on the simulated machine");
    verb->footer(
        "Examples:\n  vtoll run hypercall --timing weights\n  vtoll run image.elf -c machine.virtualization=false\n"
        "  vtoll run my.toml -o results --limit 1000000\n"
        "  vtoll run --kernel zImage --initrd initrd.cpio --append console=ttyAMA0 --smp 2 --memory 512M\n"
        "  vtoll run --hypervisor xen --hypervisor-append 'console=dtuart dom0_mem=256M' --kernel zImage "
        "--append console=hvc0 --memory 1G\n"
        "  vtoll run linux-native --until 'console:Run /init'\n"
        "  vtoll run page-fault --functions --timeline 100000\n"
        "  vtoll run minios-native --save shell.checkpoint --save-at console:sh:\n"
        "  vtoll run --restore shell.checkpoint --timing cortex-a15\n"
        "  vtoll run hypercall --log hypercall.tarmac --log-from marker:1 --log-to marker:2\n"
        "  vtoll run hypercall --gdb 1234\n"
        "    and then: gdb-multiarch build/release/guest/pure.elf -ex 'target remote localhost:1234'");
    CLI::Option* scenario = verb->add_option("scenario", options->what,
                                             "Name of a shipped scenario, a .toml file, or an image (ELF, zImage); "
                                             "with --restore by default the one that was saved");
    const std::vector<CLI::Option*> boot_options = add_boot_options(*verb, scenario, options->boot);
    verb->add_option("-o,--output", options->output, "Run directory (default: runs/<scenario's name>)");
    verb->add_flag("--no-output", options->no_output, "Leave no run directory");
    verb->add_option("--timing", options->rung, "Timing model: functional, a profile's name, or a price table (.toml)");
    add_count(*verb, "--limit", options->limit, "Stop after this many instructions");
    CLI::Option* until =
        verb->add_option("--until", options->until, "End there: marker:N, symbol:NAME, insns:N or console:TEXT");
    CLI::Option* save =
        verb->add_option("--save", options->save, "Save the machine to this file at --save-at, and stop");
    CLI::Option* save_at = verb->add_option("--save-at", options->begun.save_at, "Where: a point as of --until");
    save->needs(save_at);
    save->excludes(until);
    save_at->needs(save);
    CLI::Option* restore = verb->add_option("--restore", options->begun.restored,
                                            "Go on where this checkpoint was saved, with any timing model");
    for (CLI::Option* option : boot_options) option->excludes(restore);
    CLI::Option* measure_from =
        verb->add_option("--measure-from", options->begun.measure_from, "Open the books there: a point as of --until");
    CLI::Option* log = verb->add_option("--log", options->log,
                                        "Log each executed instruction to this file, in the manner of Tarmac traces; "
                                        "compressed when its name ends in .zst");
    CLI::Option* log_from =
        verb->add_option("--log-from", options->log_from, "Begin the log there: a point as of --until");
    CLI::Option* log_to = verb->add_option("--log-to", options->log_to, "End the log at the first such point behind");
    log_from->needs(log);
    log_to->needs(log);
    verb->add_option("--log-omit", options->log_omit, "Leave out lines of these kinds: registers, memory, tables")
        ->needs(log)
        ->delimiter(',')
        ->check(CLI::IsMember({"registers", "memory", "tables"}));
    verb->add_option("--symbols", options->symbols,
                     "[hypervisor:|kernel:]FILE[@OFFSET]: symbols for a program that has none, "
                     "from an ELF file or a System.map; may be given several times")
        ->take_all()
        ->allow_extra_args(false);
    verb->add_option("--phases", options->phases, "Symbol patterns of the phases of the hypervisor's exits (.toml)");
    verb->add_option("--calls", options->calls,
                     "How the hypervisor's calls are numbered and called: a calls file (.toml), or the name of a "
                     "shipped one");
    verb->add_flag("--functions", options->recording.functions,
                   "Record the cost of every function, for vtoll report and export");
    add_count(*verb, "--timeline", options->recording.intervals,
              "Record this many intervals between transitions of each processor one by one, the first ones");
    verb->add_option("--semihosting-folder", options->folder, "Folder whose files semihosting may use (none)");
    verb->add_option("--gdb", options->gdb, "Wait for GDB on this TCP port of the local host; 0 picks a free one")
        ->excludes(save)
        ->excludes(measure_from)
        ->excludes(log_from)
        ->excludes(log_to);
    verb->add_option("-c,--set", options->overrides, "Override a key of the scenario: machine.cpus=2")
        ->take_all()
        ->allow_extra_args(false);
    verb->add_flag("-q,--quiet", options->quiet,
                   "Don't echo the guest's console; tables, progress and complaints stay");
    verb->add_flag("--print-config", options->print_config, "Print the resolved scenario and stop");
    verb->callback([options, &status] { status = run(*options); });
}

}  // namespace vtoll::cli
