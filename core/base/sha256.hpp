// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vtoll::core {

/// Hexadecimal SHA-256 of `bytes`.
std::string sha256(std::string_view bytes);

}  // namespace vtoll::core
