// SPDX-License-Identifier: Apache-2.0
// A stopped run as a file, and a machine brought back to where it was: docs/checkpoints.md.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/scenario/checkpoint_file.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {

class Machine;
class Simulation;

/// `asked`: the run in the words of the command line. `point`: where it stands.
void save_checkpoint(Simulation& run, const std::string& asked, const std::string& point,
                     const std::filesystem::path& path);

/// Throws InputError unless `scenario` describes the machine of `saved`, with the files in its memory that `file`
/// names.
void check_same_machine(const CheckpointFile& file, const Scenario& saved, const Scenario& scenario,
                        const std::vector<CheckpointHead::Input>& inputs);

/// A section of the machine's memory, rather than of its registers.
bool is_memory(const std::string& section);

/// Instead of starting the machine. Its memory is as it was made: zero.
void restore_machine(const CheckpointFile& file, Machine& machine);

/// What decides how a machine looks to software before its first instruction, as TOML: the tables machine, image and
/// domain, without what only helps to observe it, and without the clock, which belongs to the timing model.
std::string machine_description(const Scenario& scenario);

/// The files that memory is loaded with, by the names the scenario has for them.
std::vector<std::string> files_in_memory(const Scenario& scenario);

}  // namespace vtoll::core
