// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>

#include "core/base/nearest.hpp"
#include "core/cli/support/rerun.hpp"
#include "core/cli/support/table_output.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/cli/verbs.hpp"
#include "core/ledger/store/exit_choice.hpp"
#include "core/report/path/annotation.hpp"
#include "core/trace/path/exit_paths.hpp"
#include "core/trace/path/function_path.hpp"

namespace vtoll::cli {

namespace {

namespace trace = core::trace;

struct Options {
    TableOutput table;
    std::string run, what, episode;
    bool measured = false, function = false;
};

/// --episode: the median one, the dearest one, or one by its number.
std::optional<trace::WantedCall> wanted_of(const std::string& text) {
    using Which = trace::WantedCall::Which;
    if (text.empty()) return std::nullopt;
    if (text == "median") return trace::WantedCall{Which::median, 0};
    if (text == "dearest") return trace::WantedCall{Which::dearest, 0};
    u64 number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0)
        throw InputError("--episode " + text + ": expected median, dearest, or a number from 1 on");
    return trace::WantedCall{Which::number, number};
}

std::optional<trace::WantedEpisode> wanted_exit(const core::ExitChoice& choice,
                                                const std::optional<trace::WantedCall>& wanted) {
    using Which = trace::WantedCall::Which;
    if (!wanted) return std::nullopt;
    if (wanted->which == Which::number) return trace::WantedEpisode{0, 0, std::nullopt, wanted->number};
    const core::ExitChoice::Begun& one = wanted->which == Which::median ? choice.median : choice.dearest;
    return trace::WantedEpisode{0, one.cpu, one.tick, 0};
}

void expect_number(const std::string& what, const std::optional<trace::WantedCall>& wanted, u64 there) {
    if (wanted && wanted->number > there)
        throw InputError(
            fmt::format("--episode {}: {} has {}; expected a number up to that", wanted->number, what, there));
}

core::ExitPath exit_path(Rerun& rerun, const Options& options, const core::ExitChooser& chooser,
                         const core::ExitChoice& choice, const std::optional<trace::WantedCall>& wanted, int& status) {
    expect_number(options.what, wanted, choice.exits);
    if (status = rerun.build(); status != exit_ok) return {};
    trace::ExitPaths paths(
        rerun.simulation(), rerun.books(), 1,
        [&](const core::EpisodeKind& kind) {
            return chooser.name_of(kind) == options.what ? std::optional(0u) : std::nullopt;
        },
        wanted_exit(choice, wanted));
    if (status = rerun.carry_out(); status != exit_ok) return {};
    core::ExitPath path = paths.path(0);
    path.name = options.what;
    return path;
}

core::ExitPath function_path(Rerun& rerun, const Options& options, const std::vector<std::string>& exits,
                             const std::optional<trace::WantedCall>& wanted, int& status) {
    if (status = rerun.build(); status != exit_ok) return {};
    const auto code = trace::find_function(rerun.simulation(), options.what);
    if (!code) {
        const std::vector<std::string> names = trace::function_names(rerun.simulation());
        std::string like = options.function ? "" : core::did_you_mean(options.what, exits);
        if (like.empty()) like = core::did_you_mean(options.what, names);
        const std::string no_exit = options.function ? ""
                                                     : fmt::format("no exit of {}{} and ", options.run,
                                                                   options.measured ? " between the markers" : "");
        throw InputError(fmt::format("{}: {}no function of its images{}", options.what, no_exit, like));
    }
    if (options.measured) throw InputError("--measured: expected an exit, and " + options.what + " is a function");
    trace::FunctionPath function(rerun.simulation(), rerun.books(), *code, wanted);
    if (status = rerun.carry_out(); status != exit_ok) return {};
    core::ExitPath path = function.path();
    if (!path.each.n) throw InputError(options.what + ": the run has no call of this function");
    expect_number(options.what, wanted, path.each.n);
    if (wanted && !path.episode)
        throw InputError("--episode median: too many different calls of " + options.what + "; expected a number");
    return path;
}

int annotate(const Options& options) {
    const auto wanted = wanted_of(options.episode);
    options.table.expect();
    Rerun rerun(options.run);
    const core::ExitChooser chooser(rerun.kept(), options.measured);
    const auto choice = options.function ? std::nullopt : chooser.find(options.what);
    int status = exit_ok;
    const core::ExitPath path = choice ? exit_path(rerun, options, chooser, *choice, wanted, status)
                                       : function_path(rerun, options, chooser.names(), wanted, status);
    if (status != exit_ok) return status;
    put_table(forms_with([&] { return wanted ? core::timeline_table(path) : core::annotation_table(path); },
                         [&] { return wanted ? core::timeline_report(path) : core::annotation_report(path); }),
              options.table);
    const std::string wrong = core::complaint_of_residue(path);
    if (wrong.empty()) return exit_ok;
    complain(options.what + ": " + wrong);
    return exit_disagreement;
}

}  // namespace

void add_annotate(CLI::App& app, int& status) {
    auto options = std::make_shared<Options>();
    CLI::App* verb =
        app.add_subcommand("annotate", "Show the cost of each instruction of an exit, from the trap to the return");
    verb->footer(
        "Examples:\n  vtoll annotate hypercall 'hypercall 0'\n"
        "  vtoll annotate hypercall 'hypercall 0' --episode median\n"
        "  vtoll annotate runs/xen-dom0 'hypercall sched_op' --format html -o sched_op.html\n"
        "  vtoll annotate hypercall handle_exit\n"
        "vtoll runs the run again, and compares it with its books. vtoll exits lists the exits of a run.");
    verb->add_option("run", options->run, "Run directory, or the name of a scenario with results in runs/")->required();
    verb->add_option("what", options->what, "Exit, by its name in vtoll exits, or function")->required();
    verb->add_option("--episode", options->episode,
                     "One exit (or call) in the order of execution: median, dearest, or the number N of one");
    verb->add_flag("--measured", options->measured, "Only exits that began between the markers DBG #1 and DBG #2");
    verb->add_flag("--function", options->function, "The function, where an exit has the same name");
    options->table.add_to(*verb);
    verb->callback([options, &status] { status = annotate(*options); });
}

}  // namespace vtoll::cli
