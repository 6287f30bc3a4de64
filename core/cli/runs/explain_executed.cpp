// SPDX-License-Identifier: Apache-2.0
#include "core/cli/runs/explain_executed.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/nearest.hpp"
#include "core/cli/kept_runs.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/cli/support/find.hpp"
#include "core/cli/support/placements.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/report/executed_row.hpp"
#include "core/report/system_validation.hpp"
#include "core/report/table_kinds.hpp"

namespace vtoll::cli {

namespace {

/// What lmbench prints of these is one loop less another: nobody knows how often the one was gone through in the
/// interval.
constexpr std::string_view differences[] = {"sig_catch", "sig_prot", "pagefault", "ctx_128k"};

bool is_difference(const core::BenchmarkRow& row) {
    return std::ranges::find(differences, row.run) != std::end(differences);
}

std::vector<core::BenchmarkRow> lmbench_rows() {
    std::vector<core::BenchmarkRow> rows = core::load_table<core::BenchmarkTable>("lmbench").rows;
    for (const core::SystemRow& row : core::load_system_figures().definition.rows)
        if (std::ranges::find(rows, row.run, &core::BenchmarkRow::run) == rows.end()) rows.push_back(row);
    return rows;
}

core::BenchmarkRow row_named(const std::string& name) {
    std::vector<std::string> known;
    for (const core::BenchmarkRow& row : lmbench_rows()) {
        const bool difference = is_difference(row);
        if (row.label != name && row.run != name) {
            if (!difference) known.insert(known.end(), {row.label, row.run});
        } else if (difference) {
            throw InputError(name +
                             ": lmbench prints the difference of two loops; expected a row that is one loop: vtoll "
                             "explain --list lists them");
        } else {
            return row;
        }
    }
    throw InputError(name + ": no such row of lmbench" + core::did_you_mean(name, known) +
                     "; vtoll explain --list lists them");
}

/// A system's two runs: numbers of KeptRuns.
struct Measured {
    std::string system;
    std::size_t once = 0, twice = 0;
};

core::BenchmarkRun run_in(const std::filesystem::path& directory) {
    return {read_sound_books(directory), core::read_input(directory / "console.log", "console.log").bytes};
}

}  // namespace

std::vector<core::BenchmarkRow> executed_rows() {
    std::vector<core::BenchmarkRow> rows = lmbench_rows();
    std::erase_if(rows, is_difference);
    return rows;
}

int explain_executed(const ExecutedQuestion& question) {
    const auto table = core::load_table<core::BenchmarkTable>("lmbench");
    const core::BenchmarkRow row = row_named(question.row);
    KeptRuns kept(question.keep);
    std::vector<Measured> systems;
    for (const core::BenchmarkMachine& machine : table.machines)
        for (const core::BenchmarkSystem& system : machine.systems) {
            if (system.scenario.empty()) continue;
            const auto add = [&](const std::string& words) {
                std::vector<std::string> overrides = system.overrides_for(words);
                if (!question.timing.empty()) overrides.push_back("timing.rung=" + question.timing);
                return kept.add(placed_name(system.scenario + "-" + row.run, 0), system.scenario,
                                placed(std::move(overrides), 0));
            };
            const std::string once = table.words_for(row);  // as vtoll tables lmbench has it
            systems.push_back({system.name, add(once), add(once + " repeat=2")});
        }
    kept.carry_out(question.jobs, question.quiet);
    std::vector<core::ExecutedRow> rows;
    for (const Measured& system : systems) {
        for (const std::size_t run : {system.once, system.twice})
            if (const std::string& why = kept.failure(run); !why.empty()) {
                complain(fmt::format("{}, {}: {}", system.system, row.label, why));
                return exit_guest_failed;
            }
        try {
            rows.push_back(core::executed_row(system.system, row, run_in(kept.directory(system.once)),
                                              run_in(kept.directory(system.twice))));
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}, {}: {}", system.system, row.label, error.what()));
        }
    }
    put_table(forms_with([&] { return core::executed_table(row.label, rows); },
                         [&] { return core::executed_report(row.label, rows); }),
              question.output);
    return exit_ok;
}

}  // namespace vtoll::cli
