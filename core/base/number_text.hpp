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

inline constexpr const char* what_a_count_is = "a number of at least 1, as in 500000, 500k, 10M, 2G or 1e6";

/// How many of something: digits, perhaps with a fraction and a power of ten, perhaps with k, M or G for a thousand, a
/// million or 10^9 of them. At least 1, and whole; nothing else.
inline std::optional<u64> count_in(std::string_view text) {
    constexpr u64 most = ~u64{0} >> 1;  // as of TOML's integers
    u64 unit = 1;
    if (!text.empty() && !text.starts_with("0x") && !text.starts_with("0X")) {
        const char last = text.back();
        unit = last == 'k' || last == 'K' ? 1'000 : last == 'M' ? 1'000'000 : last == 'G' ? 1'000'000'000 : 1;
        if (unit != 1) text.remove_suffix(1);
    }
    if (const auto whole = number_in(text, most / unit)) return *whole ? std::optional(*whole * unit) : std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    value *= static_cast<double>(unit);
    if (error != std::errc() || end != text.data() + text.size() || !(value >= 1 && value <= 0x1p53))
        return std::nullopt;
    const u64 number = static_cast<u64>(value);
    return static_cast<double>(number) == value ? std::optional(number) : std::nullopt;
}

}  // namespace vtoll::core
