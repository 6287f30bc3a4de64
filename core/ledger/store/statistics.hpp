// SPDX-License-Identifier: Apache-2.0
// Distributions of what was counted. Every quantile is a value that was observed (nearest rank), never one between two.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

struct Distribution {
    u64 n = 0;
    u64 min = 0, median = 0, p95 = 0, max = 0, sum = 0;

    double mean() const { return n ? static_cast<double>(sum) / static_cast<double>(n) : 0.0; }
    bool operator==(const Distribution&) const = default;
};

struct Counted {
    u64 value, count;
};

/// Standard error of the mean, in percent of the mean; nothing when there is one value only, or the mean is 0.
std::optional<double> relative_error(const std::vector<Counted>& values);

/// Of values that occurred `count` times each, in any order.
Distribution distribution(std::vector<Counted> values);

/// The value that `q` (0 < q <= 1) of all observations do not exceed. `values` sorted, not empty.
u64 quantile(const std::vector<Counted>& values, u64 n, double q);

}  // namespace vtoll::core
