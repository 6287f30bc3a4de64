// SPDX-License-Identifier: Apache-2.0
// Where shipped files are: beside the installed program, or in the source tree it was built from.
#pragma once

#include <filesystem>

namespace vtoll::core {

/// The program `vtoll`: this process, or what set_program_file() said.
std::filesystem::path program_file();
/// For a process that only has the program's library in it.
void set_program_file(const std::filesystem::path& program);

/// Root of vtoll's data files: the source tree, or share/vtoll of an installed prefix.
std::filesystem::path data_directory();
inline std::filesystem::path profile_directory() { return data_directory() / "core/timing/profiles"; }
/// Folder of the Python package `vtoll`.
std::filesystem::path python_directory();

}  // namespace vtoll::core
