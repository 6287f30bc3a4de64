// SPDX-License-Identifier: Apache-2.0
// The results of one run: a folder that appears whole or not at all. Same inputs, same bytes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vtoll::core {

class RunDirectory {
public:
    /// Results will be at `target`. A run directory that is there already stays until commit(); anything else is
    /// refused. An empty folder is made beside it, so that a place where nothing can be written is known before the
    /// run.
    explicit RunDirectory(std::filesystem::path target);
    /// Without commit(), nothing is left behind.
    ~RunDirectory();
    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;

    void add(const std::string& name, const std::string& text);  ///< a document of its own: "stats.json"
    /// For writers that need a path (databases): a file of that name in the folder being made.
    std::filesystem::path path_of(const std::string& name);
    /// What was at the target is gone where it was the same run: model, inputs, keys, outcome, documents. Any other is
    /// kept under the next free name, target.1, target.2; what comes back is a line that says so, else "".
    std::string commit();

    const std::filesystem::path& target() const { return target_; }

private:
    void clear();
    std::filesystem::path replace(bool keep);
    std::filesystem::path put_aside(const std::filesystem::path& earlier) const;

    std::filesystem::path target_, work_;
    std::vector<std::filesystem::path> made_;  ///< folders above it that were not there, the outermost first
    bool committed_ = false;
};

}  // namespace vtoll::core
