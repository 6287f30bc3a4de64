// SPDX-License-Identifier: Apache-2.0
// What somebody may have meant who wrote a name that is not there.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vtoll::core {

/// Letters to put in, take out or change to make one of the other (Levenshtein).
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j)
            diagonal = std::exchange(row[j + 1], std::min({row[j] + 1, row[j + 1] + 1, diagonal + (a[i] != b[j])}));
    }
    return row.back();
}

/// The nearest of `names`, the first of several; "" when none is near: more than a third of it would have to change.
inline std::string nearest_name(const std::string& wanted, const std::vector<std::string>& names) {
    std::string nearest;
    std::size_t least = std::max<std::size_t>(wanted.size() / 3, 1) + 1;
    for (const std::string& name : names) {
        const bool inside = wanted.size() > 2 && name.find(wanted) != std::string::npos;
        const std::size_t distance = inside ? 1 : edit_distance(wanted, name);
        if (distance >= least) continue;
        least = distance;
        nearest = name;
    }
    return nearest;
}

}  // namespace vtoll::core
