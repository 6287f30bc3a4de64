// SPDX-License-Identifier: Apache-2.0
#include "core/report/spread.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <numeric>

namespace vtoll::core {

namespace {

double square(double x) { return x * x; }

/// 97.5 % quantile of Student's t distribution, by degrees of freedom from 1: NIST/SEMATECH e-Handbook of Statistical
/// Methods, §1.3.6.7.2.
constexpr std::array<double, 30> quantiles{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                           2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                           2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};

/// Of a number of degrees between two of the table: that of the lower one, which calls more differences noise.
double quantile(double freedom) {
    const double last = quantiles.size();
    return quantiles[static_cast<std::size_t>(std::fmin(std::fmax(freedom, 1), last)) - 1];
}

bool within(double difference, double error, double freedom) {
    return error > 0 && std::abs(difference) <= quantile(freedom) * error;
}

}  // namespace

double Spread::error() const { return n ? deviation / std::sqrt(static_cast<double>(n)) : 0; }

Spread spread_of(const std::vector<double>& values) {
    Spread s;
    s.n = values.size();
    if (values.empty()) return s;
    s.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(s.n);
    bool alike = true;  // then the mean is that value, without what rounding would leave
    for (const double v : values) alike = alike && v == values.front();
    if (alike) {
        s.mean = values.front();
        return s;
    }
    double squares = 0;
    for (const double v : values) squares += square(v - s.mean);
    s.deviation = std::sqrt(squares / static_cast<double>(s.n - 1));
    return s;
}

bool within_noise(const Spread& a, const Spread& b) {
    const double of_a = square(a.error()), of_b = square(b.error());
    if (a.n < 2 || b.n < 2 || of_a + of_b == 0) return false;
    double denominator = 0;
    if (of_a > 0) denominator += square(of_a) / static_cast<double>(a.n - 1);
    if (of_b > 0) denominator += square(of_b) / static_cast<double>(b.n - 1);
    return within(a.mean - b.mean, std::sqrt(of_a + of_b), square(of_a + of_b) / denominator);
}

bool within_noise(const Spread& a, double exact) {
    return a.n > 1 && within(a.mean - exact, a.error(), static_cast<double>(a.n - 1));
}

std::string about_placements(const std::vector<u64>& numbers, bool has_caches, const char* test) {
    if (!has_caches) return {};
    if (numbers.size() < 2) return "One placement: noise unknown.";
    return fmt::format(
        "Means of {} placements (timing.placement {}); {}: standard deviation between them. {}: a difference within "
        "their noise ({}, 5 %).",
        numbers.size(), fmt::join(numbers, ", "), deviation_head, noise_mark, test);
}

}  // namespace vtoll::core
