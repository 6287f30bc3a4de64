// SPDX-License-Identifier: Apache-2.0
// Numbers as people write them on a command line.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

/// "4096" or "0x1000", all of `text` and no more than `most`.
inline std::optional<u64> number_in(std::string_view text, u64 most) {
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    if (hex) text.remove_prefix(2);
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

}  // namespace vtoll::core
