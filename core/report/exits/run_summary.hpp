// SPDX-License-Identifier: Apache-2.0
// What `vtoll run` says at the end: where the time went, and what the exits cost.
#pragma once

#include <string>

#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

std::string run_summary(const RunRecord& run);

}  // namespace vtoll::core
