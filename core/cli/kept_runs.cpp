// SPDX-License-Identifier: Apache-2.0
#include "core/cli/kept_runs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <thread>

#include "core/base/profile_path.hpp"
#include "core/base/sha256.hpp"
#include "core/cli/support/children.hpp"
#include "core/cli/support/run_folder.hpp"
#include "core/cli/trace_row.hpp"
#include "core/cli/verbs.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

namespace fs = std::filesystem;

namespace {

void take_away(const fs::path& directory) {
    std::error_code ignored;
    fs::remove_all(directory, ignored);
}

/// Whole, then: what a run leaves gets this name when it has ended well.
bool is_there(const fs::path& directory) {
    std::error_code ignored;
    return fs::exists(directory, ignored);
}

/// As RunKeys::of(), of a row's trace, recorded and replayed under a port.
std::string key_of_row(RunKeys& keys, const core::trace::Row& row, const std::string& port, unsigned placements) {
    const fs::path data = core::data_directory();
    const std::string rung = fmt::format("timing.rung={}", row_timing);
    std::string text =
        fmt::format("{}\nplacements {}\n", row.name, placements) + keys.of(find_scenario(row_scenario, {rung})) + "\n";
    text += keys.of(find_scenario((data / "workloads/ports/machine.toml").string(), {rung})) + "\n";
    for (const fs::path& file : {data / "workloads/linux/lmbench.toml", port_file(port)})
        text += core::read_input(file, file.filename().string()).sha256 + "\n";
    return core::sha256(text);
}

/// What a run leaves is under this name until it is known to have ended well.
fs::path provisional(const fs::path& directory) { return fs::path(directory) += fmt::format(".{}", getpid()); }

}  // namespace

KeptRuns::KeptRuns(const std::string& keep) : folder_(keep.empty() ? cache_folder("runs") : fs::path(keep)) {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) throw InputError("--keep " + keep + ": can't be made: " + error.message());
}

std::size_t KeptRuns::add(const std::string& name, const std::string& scenario,
                          const std::vector<std::string>& overrides) {
    const FoundScenario found = find_scenario(scenario, overrides);
    Run run{name, {"run", scenario, "--quiet"}, folder_ / fmt::format("{}-{:.16}", name, keys_.of(found)), {}, exit_ok};
    for (const std::string& text : overrides) run.words.insert(run.words.end(), {"-c", text});
    run.words.insert(run.words.end(), {"-o", provisional(run.directory).string()});
    return add(std::move(run));
}

std::size_t KeptRuns::add_row(const core::trace::Row& row, const std::string& port, unsigned placements) {
    const std::string key = key_of_row(keys_, row, port, placements);
    Run run{"trace-" + row.name, {}, folder_ / fmt::format("trace-{}-{:.16}", row.name, key), {}, exit_ok};
    run.words = {"trace", "row", row.name, "--para", port, "--placements", std::to_string(placements)};
    run.words.insert(run.words.end(), {"--folder", provisional(run.directory).string()});
    return add(std::move(run));
}

std::size_t KeptRuns::add(Run run) {
    const auto same =
        std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) { return r.directory == run.directory; });
    if (same != runs_.end()) return static_cast<std::size_t>(same - runs_.begin());
    runs_.push_back(std::move(run));
    return runs_.size() - 1;
}

void KeptRuns::carry_out(unsigned jobs, bool quiet) {
    std::vector<Run*> missing;
    std::vector<Child> children;
    for (Run& run : runs_) {
        if (is_there(run.directory)) continue;
        missing.push_back(&run);
        children.push_back({run.words, -1, {}});
    }
    std::size_t finished = runs_.size() - children.size();
    const bool rewrite = isatty(STDERR_FILENO);
    const auto tell = [&](const std::string& text) {
        if (quiet) return;
        fmt::print(stderr, "{}vtoll: {}{}", rewrite ? "\r\033[K" : "", text, rewrite ? "" : "\n");
        std::fflush(stderr);
    };
    if (!children.empty()) tell(fmt::format("{} of {} runs are there already", finished, runs_.size()));
    if (jobs == 0) jobs = std::max(1u, std::thread::hardware_concurrency());
    run_children(children, jobs, [&](const Child& child) {
        Run& run = *missing[static_cast<std::size_t>(&child - children.data())];
        const fs::path made = provisional(run.directory);
        std::error_code error;
        run.status = child.status;
        if (child.status != exit_ok) {
            run.failure = reason(child);
            take_away(made);
        } else if (fs::rename(made, run.directory, error); error && !is_there(run.directory)) {
            run.failure = run.directory.string() + ": can't be made: " + error.message();
        }
        tell(fmt::format("run {} of {}: {}{}", ++finished, runs_.size(), run.name,
                         run.failure.empty() ? "" : " failed"));
    });
    if (rewrite && !quiet && !children.empty()) fmt::print(stderr, "\r\033[K");
}

}  // namespace vtoll::cli
