// SPDX-License-Identifier: Apache-2.0
// Run directories of runs by this program itself, and what became of such a run.
#pragma once

#include <filesystem>
#include <string>

#include "core/cli/support/children.hpp"

namespace vtoll::cli {

/// Where the run directories are: a folder the user keeps, or one that goes with this object.
class RunFolder {
public:
    /// "": a temporary folder. Throws InputError when it can't be made.
    explicit RunFolder(const std::string& keep);
    ~RunFolder();
    RunFolder(const RunFolder&) = delete;
    RunFolder& operator=(const RunFolder&) = delete;
    std::filesystem::path of(const std::string& run) const { return path_ / run; }

private:
    std::filesystem::path path_;
    bool kept_;
};

/// Why a run failed: the last line of its complaints.
std::string reason(const Child& child);

}  // namespace vtoll::cli
