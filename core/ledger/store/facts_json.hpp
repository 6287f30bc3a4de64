// SPDX-License-Identifier: Apache-2.0
// The facts of a run as stats.json has them.
#pragma once

#include <nlohmann/json.hpp>

#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

nlohmann::ordered_json facts_json(const RunRecord& run);

}  // namespace vtoll::core
