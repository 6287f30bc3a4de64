// SPDX-License-Identifier: Apache-2.0
#include "core/base/profile_path.hpp"

#include <cstdlib>

namespace vtoll::core {

namespace fs = std::filesystem;

namespace {

fs::path& told() {
    static fs::path program;
    return program;
}

fs::path prefix() { return program_file().parent_path().parent_path(); }

}  // namespace

fs::path program_file() {
    std::error_code ignored;
    return told().empty() ? fs::read_symlink("/proc/self/exe", ignored) : told();
}

void set_program_file(const fs::path& program) { told() = program; }

fs::path data_directory() {
    if (const char* chosen = std::getenv("VTOLL_DATA")) return chosen;
    std::error_code ignored;
    if (const fs::path installed = prefix() / "share/vtoll"; fs::exists(installed, ignored)) return installed;
    return VTOLL_SOURCE_DIR;
}

fs::path python_directory() {
    std::error_code ignored;
    if (const fs::path source = data_directory() / "python"; fs::exists(source, ignored)) return source;
    return prefix() / "lib/python3/dist-packages";
}

}  // namespace vtoll::core
