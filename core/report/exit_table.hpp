// SPDX-License-Identifier: Apache-2.0
// The exits of a run as a table: `vtoll exits`.
#pragma once

#include "core/ledger/exits.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

PlainTable exit_table(const RunRecord& run, ExitSplit split);

}  // namespace vtoll::core
