// SPDX-License-Identifier: Apache-2.0
#include "core/base/input_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include "core/base/sha256.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

std::filesystem::path SearchPath::find(const std::string& name, const std::string& asked_by) const {
    std::error_code ignored;
    const std::filesystem::path given(name);
    if (given.is_absolute()) {
        if (std::filesystem::is_regular_file(given, ignored)) return given;
        throw InputError(asked_by + ": no file '" + name + "'");
    }
    std::string tried;
    for (const auto& folder : folders_) {
        const auto candidate = folder / given;
        if (std::filesystem::is_regular_file(candidate, ignored)) return candidate;
        tried += (tried.empty() ? "" : ", ") + (folder.empty() ? std::string(".") : folder.string());
    }
    throw InputError(asked_by + ": no file '" + name + "' in " + tried);
}

InputFile read_input(const std::filesystem::path& path, const std::string& name) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) throw InputError(name + ": is a folder, expected a file");
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw InputError(name + ": can't be opened: " + std::strerror(errno));
    InputFile file{name, {std::istreambuf_iterator<char>(stream), {}}, {}};
    if (stream.bad()) throw InputError(name + ": can't be read: " + std::strerror(errno));
    file.sha256 = sha256(file.bytes);
    return file;
}

}  // namespace vtoll::core
