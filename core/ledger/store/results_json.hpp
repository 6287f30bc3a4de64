// SPDX-License-Identifier: Apache-2.0
// stats.json: every number of a run under a hierarchical name, with its unit and what it means.
#pragma once

#include <string>

#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

inline constexpr int stats_schema = 1;

std::string stats_json(const RunRecord& run);

}  // namespace vtoll::core
