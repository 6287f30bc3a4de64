// SPDX-License-Identifier: Apache-2.0
// What the parts of a machine are worth to a run: its ticks as it is, and with each part free (timing.free).
#pragma once

#include <string>
#include <vector>

#include "core/report/plain_table.hpp"
#include "core/report/run_comparison.hpp"

namespace vtoll::core {

/// The run with a part free: `run.label` is the part's name. The first of a list is the run as it is.
struct PartRun {
    ComparedRun run;
    std::string what;  ///< what of the machine is free
};

/// What of a run is looked at.
struct Scope {
    bool whole = false;  ///< also where there are markers
    std::string exit;    ///< one kind of exit, as `vtoll exits` calls it; "": none
};

/// Between the markers DBG #1 and DBG #2.
bool has_measured_part(const RunRecord& run);

/// Of one placement. Throws InputError when the first run has no such exit.
PlainTable parts_table(const std::vector<PartRun>& runs, const Scope& scope);

/// What is to be said of runs that did not do the same as the first of their placement: instructions, consoles.
std::vector<std::string> parts_notes(const std::vector<std::vector<PartRun>>& placements);
/// What the last run, all parts of it free, still takes: its stalls.
std::string parts_left(const RunRecord& run);

/// With bars.
Report parts_report(const PlainTable& table);

}  // namespace vtoll::core
