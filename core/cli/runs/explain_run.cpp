// SPDX-License-Identifier: Apache-2.0
#include "core/cli/runs/explain_run.hpp"

#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/rerun.hpp"
#include "core/ledger/store/exit_choice.hpp"
#include "core/report/exits/exit_explanation.hpp"
#include "core/report/run_comparison.hpp"
#include "core/trace/path/exit_paths.hpp"

namespace vtoll::cli {

namespace {

/// What the path of the exits says that the books don't: which functions they went through.
int add_functions(core::ExitExplanation& e, const RunQuestion& question, core::RunRecord kept) {
    Rerun rerun(question.run, std::move(kept));
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

/// All of two runs: the same work, one hopes.
void put_run_difference(const RunQuestion& question) {
    const core::ComparedRun one = core::load_run(find_run(question.run), question.run),
                            other = core::load_run(find_run(question.against), question.against);
    const core::RunDifference difference = core::difference(one, other);
    put_table(forms_with([&] { return core::difference_table(one.label, other.label, difference); },
                         [&] { return core::difference_report(one.label, other.label, difference); }),
              question.output);
}

}  // namespace

int explain_run(const RunQuestion& question) {
    core::RunRecord books = read_books(question.run);
    if (question.exit.empty()) {
        if (question.against.empty())
            put_table(forms_of(core::exit_stalls_table(question.run, books, question.measured)), question.output);
        else put_run_difference(question);
        return exit_ok;
    }
    core::ExitExplanation e = core::explain_exit(question.run, books, question.exit, question.measured);
    if (!question.against.empty()) {
        const core::RunRecord others = read_books(question.against);
        const core::ExitExplanation other =
            core::explain_exit(question.against, others, question.exit, question.measured);
        put_table(forms_with([&] { return core::difference_table(e, other); },
                             [&] { return core::difference_report(e, other); }),
                  question.output);
        return exit_ok;
    }
    if (!question.books)
        if (const int status = add_functions(e, question, std::move(books)); status != exit_ok) return status;
    put_table(forms_with([&] { return core::explanation_table(e); }, [&] { return core::explanation_report(e); }),
              question.output);
    return exit_ok;
}

}  // namespace vtoll::cli
