// SPDX-License-Identifier: Apache-2.0
// Why an operation costs what it costs under a hypervisor: its crossings by kind and phase, and what the guest has to
// refill after them. The latter takes a run of the same instructions that nothing displaces anything of: the native
// one.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/measure.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

/// Of one operation, as everything here.
struct Share {
    double insns = 0, cycles = 0;
};

/// What one side did: all of it, and where its cycles went when that is known.
struct Side {
    Share share;
    std::optional<CpiStack> stalls;
};

struct ExplainedRun {
    Side guest, hypervisor;
    double residue = 0;  ///< cycles that no account has
    double whole() const { return guest.share.cycles + hypervisor.share.cycles + residue; }
};

struct Explanation {
    struct Line {
        std::string what;
        double times = 0;
        Share share;
    };
    std::string title;
    u64 placement = 0;
    bool has_caches = true;  ///< of the timing model: without, placements are alike
    std::vector<std::string> caption;
    std::optional<Side> native;  ///< the same without a hypervisor, its stalls known as the guest's are
    ExplainedRun run;
    std::vector<Line> crossings, phases;
};

/// An operation of a hypervisor: its scenario's books.
Explanation explain(const std::string& title, const Operation& row, const RunRecord& run);
/// A row of lmbench out of a trace: the documents of `vtoll trace row` (docs/trace-replay.md).
Explanation explain_trace(const std::string& title, const nlohmann::json& native, const nlohmann::json& para);

/// For CSV and JSON: `part`, `what`, `times`, `instructions`, `cycles`, means of the placements; of several
/// `cycles_deviation`, and for what is a difference of two runs `cycles_within_noise`.
PlainTable explanation_table(const std::vector<Explanation>& placements);
Report explanation_report(const std::vector<Explanation>& placements);

}  // namespace vtoll::core
