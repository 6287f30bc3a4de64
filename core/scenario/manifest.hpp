// SPDX-License-Identifier: Apache-2.0
// manifest.json of a run directory: which tool, which inputs, which numbers of the timing model were replaced, and how
// the run was begun. No time of day, no host, no path but the names that were given.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/input_file.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::core {

/// What a run was told beside its scenario: with config.toml and the inputs, all it takes to run it again.
struct Beginning {
    std::string asked;         ///< what was run, in the words of the command line: files are looked for beside it
    std::string restored;      ///< the checkpoint's file; "": none
    std::string measure_from;  ///< stop point at which the books were opened; "": the start
    std::string save_at;       ///< stop point at which a checkpoint was saved, and the run ended; "": none
    bool own_clock = false;    ///< the scenario says the clock, rather than its timing model
    bool changed = false;      ///< a debugger wrote to the machine's registers or memory

    bool operator==(const Beginning&) const = default;
};

struct Manifest {
    static constexpr const char* file_name = "manifest.json";
    struct Input {
        std::string name, sha256;
    };
    std::string version, commit;  ///< of the program that ran it
    std::vector<Input> inputs;
    std::optional<Beginning> begun;  ///< absent: it was no run of a scenario, or one of an earlier program

    /// SHA-256 of each input of that name; none: nothing of that name was read.
    std::vector<std::string> read_as(const std::string& name) const;
};

/// `begun`: nullopt when a scenario alone does not say what ran (the replay of a trace).
std::string make_manifest(const Scenario& scenario, const std::vector<InputFile>& inputs,
                          const std::optional<Beginning>& begun);
/// Throws InputError when the file can't be read or is no manifest.
Manifest read_manifest(const std::filesystem::path& run_directory);

/// "0.1.0", and the commit the program was built from.
const char* tool_version();
const char* tool_commit();

}  // namespace vtoll::core
