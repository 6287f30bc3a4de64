// SPDX-License-Identifier: Apache-2.0
// The exits of a run as a table: `vtoll exits`.
#pragma once

#include <string>
#include <vector>

#include "core/ledger/store/exits.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

struct LabelledRun {
    std::string label;
    RunRecord run;
    std::vector<RecordedFunction> functions = {};  ///< for function_table()
};

/// Shares are of each run's own exits. With several runs there is a column of labels. `event`: only exits of this name;
/// throws InputError when there are none.
PlainTable exit_table(const std::vector<LabelledRun>& runs, ExitSplit split, const std::string& event = "");
/// The same by ExitAspect::function, from recordings.
PlainTable function_table(const std::vector<LabelledRun>& runs, ExitSplit split, const std::string& event = "");

}  // namespace vtoll::core
