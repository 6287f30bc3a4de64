// SPDX-License-Identifier: Apache-2.0
#include "core/cli/explain_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <thread>

#include "core/base/nearest.hpp"
#include "core/cli/support/children.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/rerun.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/ledger/store/episodes_sqlite.hpp"
#include "core/ledger/store/exit_choice.hpp"
#include "core/report/exit_explanation.hpp"
#include "core/report/run_comparison.hpp"
#include "core/timing/free_parts.hpp"
#include "core/timing/pricing.hpp"
#include "core/trace/path/exit_paths.hpp"

namespace vtoll::cli {

namespace {

namespace fs = std::filesystem;

std::string known_exit(const std::string& run, const core::RunRecord& books, const RunQuestion& question) {
    const std::vector<std::string> names = core::exits_by_cost(books, question.measured);
    if (std::ranges::find(names, question.exit) != names.end()) return question.exit;
    throw InputError(fmt::format("{}: {} has no such exit{}{}; vtoll exits {} lists them", question.exit, run,
                                 question.measured ? " between the markers" : "",
                                 core::did_you_mean(question.exit, names), run));
}

/// What the path of the exits says that the books don't: which functions they went through.
int add_functions(core::ExitExplanation& e, const RunQuestion& question, const std::string& run) {
    Rerun rerun(run);
    const core::ExitChooser chooser(rerun.kept(), question.measured);
    if (!chooser.find(e.exit)) return exit_ok;  // an exit through a host: its ways have names of their own
    if (const int status = rerun.build(); status != exit_ok) return status;
    core::trace::ExitPaths paths(rerun.simulation(), rerun.books(), 1, [&](const core::EpisodeKind& kind) {
        return chooser.name_of(kind) == e.exit ? std::optional(0u) : std::nullopt;
    });
    if (const int status = rerun.carry_out(); status != exit_ok) return status;
    core::add_functions(e, paths.path(0));
    return exit_ok;
}

/// The words that run it again, with parts of the machine free.
std::vector<std::string> words_with_free(const fs::path& run, const core::Beginning& begun, const std::string& parts,
                                         const fs::path& output) {
    std::vector<std::string> words{"run", (run / "config.toml").string(),        "-q", "-o", output.string(),
                                   "-c",  fmt::format("timing.free=[{}]", parts)};
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {option, value});
    };
    add("--restore", begun.restored);
    add("--measure-from", begun.measure_from);
    return words;
}

void add_freed(core::ExitExplanation& e, const core::RunRecord& books, const RunQuestion& question,
               const fs::path& run) {
    const core::Manifest manifest = core::read_manifest(run);
    if (!manifest.begun) throw InputError(question.run + ": can't be run again: how it was begun is not on record");
    const core::FreeParts priced = core::parts_of(core::pricing_for(books.timing));
    std::vector<std::string> names;
    std::string all;
    for (std::size_t i = 0; i < static_cast<std::size_t>(core::FreePart::count); ++i) {
        if (!priced.has(static_cast<core::FreePart>(i))) continue;
        names.emplace_back(core::free_part_rows[i].name);
        all += fmt::format("{}\"{}\"", all.empty() ? "" : ", ", names.back());
    }
    const RunFolder folder("");
    std::vector<Child> children;
    for (const std::string& name : names)
        children.emplace_back().arguments =
            words_with_free(run, *manifest.begun, fmt::format("\"{}\"", name), folder.of(name));
    children.emplace_back().arguments = words_with_free(run, *manifest.begun, all, folder.of("all of them"));
    names.emplace_back("all of them");
    std::size_t done = 0;
    run_children(children, question.jobs ? question.jobs : std::max(1u, std::thread::hardware_concurrency()),
                 [&](const Child&) {
                     ++done;
                     if (!question.quiet)
                         fmt::print(stderr, "vtoll: run {} of {} with a part free\n", done, children.size());
                 });
    for (std::size_t i = 0; i < names.size(); ++i) {
        core::FreedPart part{names[i], {}, {}};
        try {
            if (children[i].status != exit_ok) throw InputError(reason(children[i]));
            const core::RunRecord again = core::read_episodes(books_of(folder.of(names[i])));
            part.ticks = core::explain_exit(names[i], again, e.exit, question.measured).ticks.mean();
        } catch (const InputError& error) {
            part.failure = error.what();
        }
        e.freed.push_back(std::move(part));
    }
}

/// All of two runs: the same work, one hopes.
void put_run_difference(const RunQuestion& question) {
    const core::ComparedRun one = core::load_run(find_run(question.run), question.run),
                            other = core::load_run(find_run(question.against), question.against);
    const core::RunDifference difference = core::difference(one, other);
    const auto table = [&] { return core::difference_table(one.label, other.label, difference); };
    put_table({[&] { return to_csv(table()); }, [&] { return to_json(table()); },
               [&] { return core::difference_report(one.label, other.label, difference); }},
              question.output);
}

}  // namespace

int explain_run(const RunQuestion& question) {
    const fs::path folder = find_run(question.run);
    const core::RunRecord books = core::read_episodes(books_of(folder));
    if (question.exit.empty()) {
        if (question.against.empty())
            put_table(forms_of(core::exit_stalls_table(question.run, books, question.measured)), question.output);
        else put_run_difference(question);
        return exit_ok;
    }
    const std::string exit = known_exit(question.run, books, question);
    core::ExitExplanation e = core::explain_exit(question.run, books, exit, question.measured);
    if (!question.against.empty()) {
        const core::RunRecord others = core::read_episodes(books_of(find_run(question.against)));
        const core::ExitExplanation other = core::explain_exit(question.against, others, exit, question.measured);
        const auto table = [&] { return core::difference_table(e, other); };
        put_table({[&] { return to_csv(table()); }, [&] { return to_json(table()); },
                   [&] { return core::difference_report(e, other); }},
                  question.output);
        return exit_ok;
    }
    if (!question.books)
        if (const int status = add_functions(e, question, question.run); status != exit_ok) return status;
    if (question.free) add_freed(e, books, question, folder);
    const auto table = [&] { return core::explanation_table(e); };
    put_table({[&] { return to_csv(table()); }, [&] { return to_json(table()); },
               [&] { return core::explanation_report(e); }},
              question.output);
    return exit_ok;
}

}  // namespace vtoll::cli
