// SPDX-License-Identifier: Apache-2.0
// The results of one run: a folder that appears whole or not at all. Same inputs, same bytes.
#pragma once

#include <filesystem>
#include <string>

namespace vtoll::core {

class RunDirectory {
public:
    /// Results will be at `target`. A run directory that is there already is replaced; anything else is refused.
    /// Nothing is written before the first document.
    explicit RunDirectory(std::filesystem::path target);
    /// Without commit(), nothing is left behind.
    ~RunDirectory();
    RunDirectory(const RunDirectory&) = delete;
    RunDirectory& operator=(const RunDirectory&) = delete;

    void add(const std::string& name, const std::string& text);  ///< a document of its own: "stats.json"
    /// For writers that need a path (databases): a file of that name in the folder being made.
    std::filesystem::path path_of(const std::string& name);
    void commit();

    const std::filesystem::path& target() const { return target_; }

private:
    std::filesystem::path replace();

    std::filesystem::path target_, work_;
    bool committed_ = false;
};

}  // namespace vtoll::core
