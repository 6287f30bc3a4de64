// SPDX-License-Identifier: Apache-2.0
#include "core/base/nearest.hpp"

#include <algorithm>
#include <cctype>

namespace vtoll::core {

namespace {

bool same(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Optimal string alignment distance, by rows of its table.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(now);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view given, const std::vector<std::string>& known) {
    std::size_t least = std::min<std::size_t>(3, std::max<std::size_t>(1, given.size() / 3)) + 1;
    std::string found;
    if (given.size() < 2 || given.size() > 100) return found;
    for (const std::string& name : known)
        if (const std::size_t off = distance(given, name); off < least) {
            least = off;
            found = name;
        }
    return found;
}

std::string did_you_mean(std::string_view given, const std::vector<std::string>& known) {
    const std::string meant = nearest(given, known);
    return meant.empty() ? "" : " (did you mean '" + meant + "'?)";
}

}  // namespace vtoll::core
