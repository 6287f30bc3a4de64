// SPDX-License-Identifier: Apache-2.0
// Where shipped files are: beside the installed program, or in the source tree it was built from.
#pragma once

#include <filesystem>

namespace vtoll::core {

/// Root of vtoll's data files: the source tree, or share/vtoll of an installed prefix.
std::filesystem::path data_directory();
inline std::filesystem::path profile_directory() { return data_directory() / "core/timing/profiles"; }

}  // namespace vtoll::core
