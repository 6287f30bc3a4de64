// SPDX-License-Identifier: Apache-2.0
// Where the command line looks for what it is given by name.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/ledger/store/run_record.hpp"
#include "core/scenario/checkpoint_file.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::cli {

/// Folder of the running program: the build directory, where the guests are too.
std::filesystem::path program_folder();

struct FoundScenario {
    core::Scenario scenario;
    core::SearchPath search;              ///< for the files it names
    std::optional<core::InputFile> file;  ///< the scenario's own file, when it has one
};

/// `what` is a scenario file (.toml), an image, or the name of a shipped scenario.
FoundScenario find_scenario(const std::string& what, const std::vector<std::string>& overrides);

FoundScenario find_boot(const core::DirectBoot& boot, const std::vector<std::string>& overrides);

/// The scenario that a checkpoint was saved with.
FoundScenario scenario_of(const core::CheckpointFile& checkpoint, const std::vector<std::string>& overrides);

/// Where the files that a scenario names are looked for; `asked`: what was run, in the words of the command line.
core::SearchPath search_path_of(const std::string& asked);

/// Where vtoll run leaves run directories.
std::filesystem::path run_folder();
/// Names of those that are there, sorted.
std::vector<std::string> runs_here();
/// Whether find_run() finds it.
bool is_run(const std::string& word);
/// A run directory, or the name of one in run_folder(). Throws InputError when it has no books.
std::filesystem::path find_run(const std::string& word);
inline std::filesystem::path books_of(const std::filesystem::path& run) { return run / "episodes.sqlite"; }
/// The books of what find_run() finds.
core::RunRecord read_books(const std::string& word);
/// Of a run directory. Throws InputError when they don't add up.
core::RunRecord read_sound_books(const std::filesystem::path& run);

/// Names of the shipped scenarios, sorted.
std::vector<std::string> shipped_scenarios();

}  // namespace vtoll::cli
