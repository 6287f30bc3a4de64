// SPDX-License-Identifier: Apache-2.0
#include "core/cli/trace_import.hpp"

#include <fmt/format.h>

#include <memory>

#include "core/cli/support/find.hpp"
#include "core/cli/support/options.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/trace/tarmac/tarmac_import.hpp"

namespace vtoll::cli {

namespace {

using core::trace::ImportReport;

struct Options {
    std::string log, output, cpu, machine, rung;
    std::vector<std::string> overrides;
};

/// The machine of a bare image, which has no hypervisor, unless a scenario is named.
core::Scenario machine_of(const Options& options) {
    std::vector<std::string> overrides = options.overrides;
    if (!options.rung.empty()) overrides.push_back("timing.rung=" + options.rung);
    if (!options.machine.empty()) return find_scenario(options.machine, overrides).scenario;
    overrides.insert(overrides.begin(), "machine.virtualization=false");
    return core::scenario_for_image(options.log, overrides);
}

void print(const Options& options, const ImportReport& report) {
    std::FILE* const out = report_stream({options.output});
    fmt::print(out, "{}: {} instructions, {}, {} records in {} bytes, of {} lines\n", options.output,
               report.totals.insns, report.timed ? fmt::format("{} ticks", report.totals.ticks) : "ticks unknown",
               report.totals.records, report.bytes, report.lines);
    if (!report.translated)
        fmt::print(out, "  addresses are physical ones: the log doesn't say SCTLR in front of its code\n");
    const auto note = [out](u64 count, const char* what) {
        if (count) fmt::print(out, "  {} {}\n", count, what);
    };
    note(report.without_memory, "instructions lie where the machine has no memory: their fetches have no price");
    note(report.aborted, "accesses aborted: left out, for their instructions have no line");
    note(report.unknown_values, "values of system registers, tables and devices left out: the log doesn't say them");
    for (const auto& [type, count] : report.unknown_lines)
        fmt::print(out, "  {} lines of type {}: skipped\n", count, type);
}

int import(const Options& options) {
    Progress progress(true);
    const ImportReport report = core::trace::import_tarmac(
        {options.log, options.output, options.cpu, machine_of(options)}, [&](u64 insns) { progress.update(insns, 0); });
    print(options, report);
    return exit_ok;
}

}  // namespace

void add_trace_import(CLI::App& trace, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = trace.add_subcommand("import", "Make a trace of a Tarmac-style log");
    verb->footer(
        "Example:\n  vtoll run minios-native --log boot.tarmac --log-to insns:1000000\n"
        "  vtoll trace import boot.tarmac --machine minios-native -o boot.trace\n"
        "  vtoll trace replay boot.trace --native");
    verb->add_option("log", options->log, "The log, compressed by zstd or not (docs/log.md)")->required();
    verb->add_option("-o,--output", options->output, "The trace")->required();
    verb->add_option("--cpu", options->cpu, "Whose lines, in a log of several processors: cpu0");
    verb->add_option("--machine", options->machine,
                     "Scenario on whose machine it is replayed (default: the one of a bare image, without Hyp mode)");
    verb->add_option("--timing", options->rung, "Timing model of replays");
    verb->add_option("-c,--set", options->overrides, "Override a key of the machine")
        ->take_all()
        ->allow_extra_args(false);
    verb->callback([options, &status] { status = import(*options); });
}

}  // namespace vtoll::cli
