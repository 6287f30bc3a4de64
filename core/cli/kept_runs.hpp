// SPDX-License-Identifier: Apache-2.0
// Runs whose run directories are kept: each is done once and found again until something it depends on changes, so that
// a command of many runs goes on after a kill where it was.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/cli/support/cache.hpp"
#include "core/cli/support/exit_codes.hpp"
#include "core/trace/replay/operations.hpp"

namespace vtoll::cli {

class KeptRuns {
public:
    /// `keep`: folder of the run directories; "": in the cache.
    explicit KeptRuns(const std::string& keep);

    /// Number of the run, as add() was called. `name` is for people. Throws InputError.
    std::size_t add(const std::string& name, const std::string& scenario, const std::vector<std::string>& overrides);

    /// The same of a row's trace, recorded, and replayed in placements: its directory is then the folder of `vtoll
    /// trace row`.
    std::size_t add_row(const core::trace::Row& row, const std::string& port, unsigned placements);

    /// Does those that are not there, `jobs` at a time (0: one per host processor), in the order they were added.
    void carry_out(unsigned jobs, bool quiet);

    std::size_t size() const { return runs_.size(); }
    const std::filesystem::path& directory(std::size_t run) const { return runs_[run].directory; }
    /// Why it failed, "" when it didn't. After carry_out().
    const std::string& failure(std::size_t run) const { return runs_[run].failure; }
    /// The exit code it ended with.
    int status(std::size_t run) const { return runs_[run].status; }

private:
    struct Run;
    std::size_t add(Run run);
    struct Run {
        std::string name;
        std::vector<std::string> words;  ///< of `vtoll`
        std::filesystem::path directory;
        std::string failure;
        int status = exit_ok;
    };
    std::filesystem::path folder_;
    RunKeys keys_;
    std::vector<Run> runs_;
};

}  // namespace vtoll::cli
