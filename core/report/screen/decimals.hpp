// SPDX-License-Identifier: Apache-2.0
// Numbers with decimals as tables show them: what rounds to nothing has no sign.
#pragma once

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace vtoll::core {

inline double or_nothing(double v, int digits) { return std::abs(v) < 0.5 * std::pow(10.0, -digits) ? 0.0 : v; }

inline std::string decimal(double v, int digits = 1) { return fmt::format("{:.{}f}", or_nothing(v, digits), digits); }

/// Of a difference.
inline std::string signed_decimal(double v, int digits = 1) {
    return fmt::format("{:+.{}f}", or_nothing(v, digits), digits);
}

}  // namespace vtoll::core
