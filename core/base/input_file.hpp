// SPDX-License-Identifier: Apache-2.0
// Files a run depends on: found along a path, read whole, remembered by the name they were given.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vtoll::core {

/// A Debian package that a file was made from.
struct SourcePackage {
    std::string name, version, architecture, sha256;
};

struct InputFile {
    std::string name;  ///< as given: what results may mention
    std::string bytes;
    std::string sha256;
    std::vector<SourcePackage> packages = {};  ///< of a stock image
};

class SearchPath {
public:
    void add(std::filesystem::path folder) { folders_.push_back(std::move(folder)); }
    /// The file `name` means; throws InputError naming `asked_by` when there is none.
    std::filesystem::path find(const std::string& name, const std::string& asked_by) const;

private:
    std::vector<std::filesystem::path> folders_;
};

/// Throws InputError when the file can't be read. `name` is how messages and results call it.
InputFile read_input(const std::filesystem::path& path, const std::string& name);

}  // namespace vtoll::core
