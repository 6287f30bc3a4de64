// SPDX-License-Identifier: Apache-2.0
// Numbers and bytes as hexadecimal digits, the way GDB's protocol has them.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::core {

/// Digits only, to the end.
inline std::optional<u64> hexadecimal(std::string_view text) {
    u64 value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

inline std::string to_hexadecimal(std::string_view bytes) {
    constexpr const char* digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        text += digits[static_cast<u8>(c) >> 4];
        text += digits[static_cast<u8>(c) & 15];
    }
    return text;
}

inline std::optional<std::string> from_hexadecimal(std::string_view text) {
    std::string bytes;
    for (; text.size() >= 2; text.remove_prefix(2)) {
        const auto byte = hexadecimal(text.substr(0, 2));
        if (!byte) return std::nullopt;
        bytes += static_cast<char>(*byte);
    }
    return text.empty() ? std::optional(bytes) : std::nullopt;
}

}  // namespace vtoll::core
