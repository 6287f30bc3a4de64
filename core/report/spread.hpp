// SPDX-License-Identifier: Apache-2.0
// A figure that was measured in several placements (docs/timing.md): its mean, how far the placements lie apart, and
// whether a difference is more than that. The one place with statistics of placements.
#pragma once

#include <string>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

struct Spread {
    std::size_t n = 0;
    double mean = 0;
    double deviation = 0;  ///< of the sample: divided by n - 1. 0 when n is 1

    double error() const;  ///< of the mean
};
Spread spread_of(const std::vector<double>& values);

/// Whether two means differ by no more than chance would have them: Welch's t-test, two-sided, at 5 % (B. L. Welch,
/// "The generalization of 'Student's' problem when several different population variances are involved", Biometrika 34,
/// 1947; degrees of freedom by F. E. Satterthwaite, Biometrics Bulletin 2, 1946). False where nothing spreads: what is
/// exact differs or is the same. False too where one placement was run: nobody knows.
bool within_noise(const Spread& a, const Spread& b);
/// The same of a mean and a number that is no mean, such as a published one or 0: Student's t-test.
bool within_noise(const Spread& a, double exact);

/// What text says of the placements of a table: "±" and "~" where there are several, that noise is unknown where there
/// is one, "" where the timing model has no caches. `numbers`: timing.placement of each; `test`: what decides.
std::string about_placements(const std::vector<u64>& numbers, bool has_caches, const char* test = "Welch's t-test");
inline constexpr const char *deviation_head = "±", *noise_mark = "~";

}  // namespace vtoll::core
