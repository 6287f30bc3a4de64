// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/store/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace vtoll::core {

u64 quantile(const std::vector<Counted>& values, u64 n, double q) {
    const u64 rank = std::max<u64>(1, static_cast<u64>(std::ceil(q * static_cast<double>(n))));
    u64 seen = 0;
    for (const Counted& v : values)
        if ((seen += v.count) >= rank) return v.value;
    return values.back().value;
}

std::optional<double> relative_error(const std::vector<Counted>& values) {
    double n = 0, sum = 0;
    for (const Counted& v : values) {
        n += static_cast<double>(v.count);
        sum += static_cast<double>(v.value) * static_cast<double>(v.count);
    }
    if (n < 2 || sum == 0) return std::nullopt;
    const double mean = sum / n;
    double squares = 0;
    for (const Counted& v : values) {
        const double off = static_cast<double>(v.value) - mean;
        squares += off * off * static_cast<double>(v.count);
    }
    return 100.0 * std::sqrt(squares / (n - 1) / n) / mean;
}

Distribution distribution(std::vector<Counted> values) {
    std::erase_if(values, [](const Counted& v) { return v.count == 0; });
    Distribution d;
    if (values.empty()) return d;
    std::sort(values.begin(), values.end(), [](const Counted& a, const Counted& b) { return a.value < b.value; });
    for (const Counted& v : values) {
        d.n += v.count;
        d.sum += v.value * v.count;
    }
    d.min = values.front().value;
    d.max = values.back().value;
    d.median = quantile(values, d.n, 0.5);
    d.p95 = quantile(values, d.n, 0.95);
    return d;
}

}  // namespace vtoll::core
