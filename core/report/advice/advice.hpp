// SPDX-License-Identifier: Apache-2.0
// What makes a run's exits dear that its software could have otherwise, or why it is stuck: findings out of the books
// of a finished run, each with what it is worth. A kind of finding is an entry of a table (rules()).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/plain_table.hpp"

namespace vtoll::core {

class Evidence;
struct Rule;

struct Finding {
    const Rule* rule = nullptr;
    std::string where;         ///< exits, registers, devices; or the place of the fault
    std::optional<u64> worth;  ///< ticks of the run; nullopt: the books cannot tell
    bool of_exits = true;      ///< they are among those of the exits; else among those of the guests
    bool stuck = false;        ///< the software gets no further
};

struct Rule {
    std::string_view key;
    std::string_view wrong;  ///< what is wrong: a sentence
    std::string_view cure;   ///< what to do: a sentence
    std::string_view basis;  ///< how its worth is worked out; "" for one that has none
    void (*find)(const Evidence& evidence, const Rule& rule, std::vector<Finding>& findings) = nullptr;
};

/// In the order in which findings of one worth are listed.
std::span<const Rule> rules();

struct Advice {
    std::vector<Finding> findings;  ///< those that are stuck, then by worth, then those whose worth is unknown
    u64 exit_ticks = 0;             ///< of all exits
    u64 busy_ticks = 0;             ///< of all processors, without sleep
    /// What a finding's worth is a part of.
    u64 whole(const Finding& finding) const { return finding.of_exits ? exit_ticks : busy_ticks; }
};

Advice advise(const RunRecord& run);

/// What is said at the end of a run; nothing when nothing is worth it. `directory`: for vtoll advise, "" when there is
/// none.
std::vector<std::string> advice_lines(const Advice& advice, const std::string& directory);

/// For CSV and JSON: finding, worth, share, where, wrong, cure, basis.
PlainTable advice_table(const Advice& advice, const RunRecord& run);
Report advice_report(const Advice& advice, const RunRecord& run);
/// The kinds of findings there are.
PlainTable rule_table();
Report rule_report();

}  // namespace vtoll::core
