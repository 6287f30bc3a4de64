// SPDX-License-Identifier: Apache-2.0
// What `vtoll run` says at the end: where the time went, and what the exits cost.
#pragma once

#include "core/ledger/store/run_record.hpp"
#include "core/report/report.hpp"

namespace vtoll::core {

Report run_summary(const RunRecord& run);

}  // namespace vtoll::core
