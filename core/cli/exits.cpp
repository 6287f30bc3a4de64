// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "core/cli/support/find.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/report/exits/exit_table.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;
using core::ExitAspect;

struct Options {
    TableOutput table;
    std::vector<std::string> runs, by;
    std::string calls, sort, event;
    bool measured = false, fold = false;
};

std::vector<std::string> splits() {
    std::vector<std::string> words{"vm", "cpu", "row"};
    for (std::size_t i = 0; i < core::exit_aspects; ++i) words.emplace_back(name_of(static_cast<ExitAspect>(i)));
    return words;
}

core::ExitSplit split_of(const Options& options) {
    core::ExitSplit split{.measured_only = options.measured, .fold = options.fold};
    for (const std::string& what : options.by) {
        if (const auto aspect = core::exit_aspect_from_name(what)) split[*aspect] = true;
        else (what == "vm" ? split.vm : what == "cpu" ? split.cpu : split.row) = true;
    }
    return split;
}

/// What cannot be told apart together, "" when all of it can.
std::string contradiction(const core::ExitSplit& split) {
    if (split[ExitAspect::function]) {
        std::vector<std::string> not_recorded;
        for (const ExitAspect aspect : {ExitAspect::immediate, ExitAspect::caller, ExitAspect::stall})
            if (split[aspect]) not_recorded.emplace_back(name_of(aspect));
        if (split.row) not_recorded.emplace_back("row");
        if (split.measured_only) not_recorded.emplace_back("--measured");
        if (!not_recorded.empty())
            return fmt::format("--by function: a recording does not know {}; expected vm, cpu, cause, phase with it",
                               fmt::join(not_recorded, ", "));
    }
    if (split[ExitAspect::phase] && split[ExitAspect::stall])
        return "--by phase,stall: the books have an exit's stalls of all its phases together; expected one of them, or "
               "vtoll annotate RUN EXIT, which has the stalls of each instruction";
    return {};
}

core::CallInterface read_calls(const std::string& what) {
    if (const auto shipped = core::shipped_calls_file(what)) return core::parse_calls(shipped->bytes, what);
    std::error_code ignored;
    if (!fs::exists(what, ignored))
        throw InputError(fmt::format("--calls {}: no such file; expected one, or one of: {}", what,
                                     fmt::join(core::shipped_calls(), ", ")));
    return core::parse_calls(core::read_input(what, what).bytes, what);
}

int exits(const Options& options) {
    options.table.expect();
    const core::ExitSplit split = split_of(options);
    if (const std::string wrong = contradiction(split); !wrong.empty()) {
        complain(wrong);
        return exit_usage;
    }
    core::CallInterfaces interfaces;
    if (!options.calls.empty()) interfaces.add(read_calls(options.calls));
    std::vector<core::LabelledRun> runs;
    for (const std::string& word : options.runs) {
        const fs::path folder = find_run(word);
        core::LabelledRun& run = runs.emplace_back(core::LabelledRun{word, core::read_episodes(books_of(folder))});
        if (const std::string not_kept = core::name_calls(run.run, interfaces); !not_kept.empty())
            throw InputError(not_kept);
        if (split[ExitAspect::function]) run.functions = core::read_functions(folder / "recording.sqlite");
    }
    core::PlainTable table = split[ExitAspect::function] ? core::function_table(runs, split, options.event)
                                                         : core::exit_table(runs, split, options.event);
    if (!options.sort.empty()) core::sort_by(table, options.sort, "--sort");
    put_table(forms_of(table), options.table);
    return exit_ok;
}

}  // namespace

void add_exits(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("exits", "List the exits of finished runs by kind, with the cost of each kind");
    verb->footer(
        "Examples:\n  vtoll exits hypercall\n  vtoll exits runs/xen-dom0 --by vm,cpu --format csv -o exits.csv\n"
        "  vtoll exits xen-dom0-bench --by row\n  vtoll exits hypercall --by phase --event 'hypercall 0'\n"
        "  vtoll exits xen-dom0 --by caller --sort samples\n  vtoll exits mine --calls my-calls.toml --fold");
    verb->add_option("run", options->runs, "Run directories, or names of scenarios with results in runs/")->required();
    verb->add_option("--by", options->by,
                     "Also tell apart vm, cpu, row (a stretch between DBG #6 and DBG #7), cause, immediate (of HVC), "
                     "caller (the guest's function), phase, stall, function (of vtoll run --functions), or several: "
                     "vm,cpu")
        ->delimiter(',')
        ->allow_extra_args(false)
        ->check(CLI::IsMember(splits()));
    verb->add_flag("--measured", options->measured, "Only exits that began between the markers DBG #1 and DBG #2");
    verb->add_option("--event", options->event, "Only the exit of this name");
    verb->add_flag("--fold", options->fold, "One row for all numbers of a call: 'hypercall *'");
    verb->add_option("--sort", options->sort, "Sort by this column: exits, time%, mean, exit, ...");
    verb->add_option("--calls", options->calls,
                     "How the hypervisor's calls are numbered and called: a calls file (.toml), or one of " +
                         fmt::format("{}", fmt::join(core::shipped_calls(), ", ")));
    options->table.add_to(*verb);
    verb->callback([options, &status] { status = exits(*options); });
}

}  // namespace vtoll::cli
