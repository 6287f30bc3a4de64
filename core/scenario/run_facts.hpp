// SPDX-License-Identifier: Apache-2.0
// What a run directory says of its run, without its books: what tells it from other runs.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// A folder whose manifest is one of this program.
bool is_run_directory(const std::filesystem::path& folder);

/// A file that a run left: of the documents that `vtoll run` writes, in a run directory.
bool is_run_document(const std::filesystem::path& file);

/// Names of what no run leaves and `vtoll export` doesn't make of it, sorted. Throws InputError when it can't be read.
std::vector<std::string> files_of_others(const std::filesystem::path& folder);

struct RunFacts {
    std::string scenario, timing, outcome;
    u64 instructions = 0, ticks = 0;
    std::map<std::string, std::string> inputs;  ///< SHA-256 by name
    std::string config, stats;                  ///< the documents
    std::vector<std::string> documents;         ///< names of those that a run leaves, sorted
    std::vector<std::string> others;            ///< names of what else is in the folder, sorted
};

/// Throws InputError when a document is damaged or not there.
RunFacts read_run_facts(const std::filesystem::path& folder);

/// Why `now` must not take the place of `earlier`, in a few words; "" when nothing would be lost.
std::string lost_by(const RunFacts& earlier, const RunFacts& now);

}  // namespace vtoll::core
