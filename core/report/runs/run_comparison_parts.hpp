// SPDX-License-Identifier: Apache-2.0
// What the files of the comparison of runs share.
#pragma once

#include <string>
#include <vector>

#include "core/report/run_comparison.hpp"

namespace vtoll::core {

/// A run in all its placements, the one that is shown first.
std::vector<const RunRecord*> placements_of(const ComparedRun& run);

std::vector<const Sample*> measured_samples(const RunRecord& run);

/// 1234567 as "1,234,567".
std::string grouped(s64 value, bool sign);

/// Part of the total in percent.
double share(s64 part, s64 total);

}  // namespace vtoll::core
