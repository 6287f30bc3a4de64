// SPDX-License-Identifier: Apache-2.0
#include "core/timing/profile_path.hpp"

#include <cstdlib>

namespace vtoll::core {

std::filesystem::path data_directory() {
    if (const char* chosen = std::getenv("VTOLL_DATA")) return chosen;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto installed = program.parent_path().parent_path() / "share/vtoll";
    if (std::filesystem::exists(installed, ignored)) return installed;
    return VTOLL_SOURCE_DIR;
}

}  // namespace vtoll::core
