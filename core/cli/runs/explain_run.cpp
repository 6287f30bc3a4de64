// SPDX-License-Identifier: Apache-2.0
#include "core/cli/runs/explain_run.hpp"

#include <fmt/format.h>

#include "core/cli/support/children.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/rerun.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/ledger/store/exit_choice.hpp"
#include "core/report/exits/exit_explanation.hpp"
#include "core/report/run_comparison.hpp"
#include "core/timing/core_profile.hpp"
#include "core/trace/path/exit_paths.hpp"

namespace vtoll::cli {

namespace {

/// What running again says that the books don't: which functions the exits went through, what the guest did behind
/// them. `refills`: the model has caches, and refill is not free already.
int run_again(core::ExitExplanation& e, const RunQuestion& question, core::RunRecord kept, bool& refills) {
    Rerun rerun(question.run, std::move(kept));
    const core::ExitChooser chooser(rerun.kept(), question.measured);
    if (!chooser.find(e.exit)) {
        e.notes.emplace_back("A host takes part in it: its functions, and what is refilled, are unknown.");
        return exit_ok;
    }
    if (!question.free.empty()) rerun.make_free(question.free);
    if (const int status = rerun.build(); status != exit_ok) return status;
    core::trace::ExitPaths paths(rerun.simulation(), rerun.books(), 1, [&](const core::EpisodeKind& kind) {
        return chooser.name_of(kind) == e.exit ? std::optional(0u) : std::nullopt;
    });
    if (const int status = rerun.carry_out(); status != exit_ok) return status;
    if (!question.free.empty()) e = core::explain_exit(question.run, rerun.books().record(), e.exit, question.measured);
    core::add_functions(e, paths.path(0));
    core::add_guest(e, paths.path(0));
    const core::Pricing& pricing = rerun.simulation().cpu(0).config().pricing;
    refills = pricing.core && !pricing.core->free.has(core::FreePart::refill);
    if (!pricing.core)
        e.notes.push_back(fmt::format("What is refilled afterwards is unknown: '{}' has no caches.", pricing.name));
    return exit_ok;
}

/// The same, by another process, with free refill.
int add_refill(core::ExitExplanation& e, const RunQuestion& question) {
    const RunFolder folder("");
    const std::string file = folder.of("free.json").string();
    std::vector<Child> children{
        {{"explain", question.run, e.exit, "--free", "refill", "--format", "json", "-o", file}, -1, {}}};
    if (question.measured) children[0].arguments.emplace_back("--measured");
    run_children(children, 1, [](const Child&) {});
    if (const int status = children[0].status; status != exit_ok) {
        complain(fmt::format("{}, with free refill: {}", question.run, reason(children[0])));
        return status;
    }
    core::add_refill(e, core::costs_in(core::read_input(file, file).bytes));
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
    if (!question.books) {
        bool refills = false;
        if (const int status = run_again(e, question, std::move(books), refills); status != exit_ok) return status;
        if (refills && question.free.empty())
            if (const int status = add_refill(e, question); status != exit_ok) return status;
    }
    put_table(forms_with([&] { return core::explanation_table(e); }, [&] { return core::explanation_report(e); }),
              question.output);
    return exit_ok;
}

}  // namespace vtoll::cli
