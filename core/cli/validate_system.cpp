// SPDX-License-Identifier: Apache-2.0
#include "core/cli/validate_system.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/input_file.hpp"
#include "core/cli/kept_runs.hpp"
#include "core/cli/support/terminal.hpp"
#include "core/timing/pricing.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

namespace {

/// Throws InputError when the books don't add up.
core::BenchmarkRun read_run(const fs::path& directory) {
    return {read_sound_books(directory), core::read_input(directory / "console.log", "console.log").bytes};
}

template <class T, class Function>
const T& named(const std::vector<T>& list, Function is_it) {
    return *std::find_if(list.begin(), list.end(), is_it);
}

/// Those that `options` ask for. Throws InputError when there are none.
void choose(core::SystemValidation& validation, const SystemOptions& options) {
    const auto& kernels = validation.definition.kernels;
    for (const std::string& version : options.kernels)
        if (std::none_of(kernels.begin(), kernels.end(), [&](const auto& k) { return k.version == version; })) {
            std::vector<std::string> known;
            for (const core::SystemKernel& kernel : kernels) known.push_back(kernel.version);
            throw InputError(fmt::format("--kernel {}: expected one of {}", version, fmt::join(known, ", ")));
        }
    const std::string profile = options.timing.empty() ? "" : core::pricing_for(options.timing).name;
    std::erase_if(validation.figures, [&](const core::SystemFigure& f) {
        return (!profile.empty() && f.profile != profile) ||
               (!options.kernels.empty() &&
                std::find(options.kernels.begin(), options.kernels.end(), f.kernel) == options.kernels.end());
    });
    if (validation.figures.empty())
        throw InputError(
            fmt::format("--timing {}: no figure of a board has been published for '{}'", options.timing, profile));
}

}  // namespace

core::SystemValidation validate_system(const SystemOptions& options) {
    core::SystemValidation validation = core::load_system_figures(options.all_processors);
    choose(validation, options);
    const core::SystemDefinition& definition = validation.definition;
    KeptRuns kept(options.keep);
    std::vector<std::pair<core::SystemFigure*, std::size_t>> runs;
    std::map<std::string, std::string> without;  ///< kernels that can't be had, and why
    // Row by row: the first runs of each board and kernel make its boot checkpoint, at the same time.
    for (const core::SystemRow& row : definition.rows)
        for (core::SystemFigure& f : validation.figures) {
            if (f.row != row.label) continue;
            const auto& kernel = named(definition.kernels, [&](const auto& k) { return k.version == f.kernel; });
            const auto& board = named(definition.boards, [&](const auto& b) { return b.core == f.core; });
            if (kernel.image.empty()) f.failure = kernel.why;
            else if (const auto known = without.find(f.kernel); known != without.end()) f.failure = known->second;
            if (!f.failure.empty()) continue;
            const std::string timing = options.timing.ends_with(".toml") ? options.timing : f.profile;
            try {
                runs.emplace_back(&f,
                                  kept.add(fmt::format("{}-{}-{}", f.profile, f.kernel, row.run), definition.scenario,
                                           definition.overrides_for(row, kernel, timing,
                                                                    options.all_processors ? board.processors : 1)));
            } catch (const InputError& error) {
                f.failure = without[f.kernel] = error.what();
            }
        }
    if (runs.empty() && !without.empty()) throw InputError(without.begin()->second);
    kept.carry_out(options.jobs, options.quiet);
    for (auto& [figure, run] : runs) {
        figure->failure = kept.failure(run);
        if (!figure->failure.empty()) continue;
        try {
            const auto& row = named(definition.rows, [&](const auto& r) { return r.label == figure->row; });
            figure->simulated = core::figure_of(row, read_run(kept.directory(run)));
        } catch (const InputError& error) {
            figure->failure = error.what();
        }
    }
    return validation;
}

}  // namespace vtoll::cli
