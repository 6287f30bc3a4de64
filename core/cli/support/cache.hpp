// SPDX-License-Identifier: Apache-2.0
// What is kept from one call of the program to the next, found again by all it depends on.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "core/cli/support/find.hpp"

namespace vtoll::cli {

/// Folder `name` in $VTOLL_CACHE, else in ~/.cache/vtoll; made when it isn't there. Throws InputError.
std::filesystem::path cache_folder(const std::string& name);

/// Version and commit of this program; of a tree that was changed since, the program itself too.
std::string program_identity();

/// Names runs by what they depend on.
class RunKeys {
public:
    /// SHA-256 of all that decides what a run of the scenario does: program, every key, the contents of the files it
    /// names, the numbers of its timing model.
    std::string of(const FoundScenario& found);

private:
    std::string digest(const FoundScenario& found, const std::string& file);
    std::map<std::string, std::string> stock_;  ///< digests of stock images: they are large
};

/// Held while it lives: of several processes that want to make the same thing, the first does.
class FileLock {
public:
    explicit FileLock(const std::filesystem::path& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    int file_;
};

}  // namespace vtoll::cli
