// SPDX-License-Identifier: Apache-2.0
// Outputs that are kept byte for byte, in tests/golden.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace vtoll::core::test {

inline constexpr const char* accept = "set VTOLL_UPDATE_GOLDEN to accept";

/// The text of tests/golden/<name>; with VTOLL_UPDATE_GOLDEN set, it is written instead.
inline std::string golden(const std::string& name, const std::string& now) {
    const std::string path = std::string(VTOLL_SOURCE_DIR) + "/tests/golden/" + name;
    if (std::getenv("VTOLL_UPDATE_GOLDEN")) std::ofstream(path, std::ios::binary) << now;
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace vtoll::core::test
