// SPDX-License-Identifier: Apache-2.0
// Why the exits of a finished run cost what they do: what a mean one consists of, what the median one does and the
// dear ones besides; and what differs between the same exits of two runs. Out of the books alone.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/path/exit_path.hpp"
#include "core/report/plain_table.hpp"
#include "core/report/run_comparison.hpp"

namespace vtoll::core {

/// No part of the exit itself: the guest from there to its next exit by stall, and what it and the exit refill.
inline constexpr const char *guest_part = "guest", *guest_refill = "guest-refill", *exit_refill = "exit-refill";

/// A part of an exit: ticks of one, but where it says otherwise.
struct ExitCost {
    std::string of;  ///< what it is a part by: "phase", "stall", "function", "part" (of an exit through a host); above
    std::string what;
    double insns = 0;              ///< mean
    double ticks = 0;              ///< mean
    std::optional<double> median;  ///< of the first exit that took the median number of ticks
    std::optional<double> dear;    ///< mean of the exits beyond the 95th percentile; nothing when there are none
    std::string mostly = {};       ///< of a function: what most of its ticks went to, with its share
};

struct ExitExplanation {
    std::string run, exit, timing;
    u64 clock_hz = 0;
    Distribution insns, ticks;
    u64 all_ticks = 0;  ///< of all exits of the run, this one's among them
    std::vector<ExitCost> costs;
    std::vector<std::string> notes;
};

/// `exit`: its name in the table of exits. Throws InputError when no exit of that name was seen to its end.
ExitExplanation explain_exit(const std::string& label, const RunRecord& run, const std::string& exit,
                             bool measured_only);
/// All that were seen to their end, the dearest first.
std::vector<ExitExplanation> explain_exits(const std::string& label, const RunRecord& run, bool measured_only);

/// Adds the functions that the exits went through; `path` is of all of them.
void add_functions(ExitExplanation& e, const ExitPath& path);

/// The same of what the guest did afterwards.
void add_guest(ExitExplanation& e, const ExitPath& path);
/// Adds what is refilled; `free`: costs of the same exit, the guest's behind it among them, in the run with free
/// refill.
void add_refill(ExitExplanation& e, const std::vector<ExitCost>& free);
Section refill_section(const ExitExplanation& e);
/// Out of explanation_table() as JSON.
std::vector<ExitCost> costs_in(const std::string& json);

PlainTable explanation_table(const ExitExplanation& e);
Report explanation_report(const ExitExplanation& e);

/// The same exit of two runs, its parts by how much they differ, the largest difference first. Each list adds up to the
/// difference of the means.
PlainTable difference_table(const ExitExplanation& one, const ExitExplanation& other);
Report difference_report(const ExitExplanation& one, const ExitExplanation& other);

/// Where all of a run differs from another, as far as its books tell: lists that add up to the difference, each by
/// size.
PlainTable difference_table(const std::string& one, const std::string& other, const RunDifference& difference);
Report difference_report(const std::string& one, const std::string& other, const RunDifference& difference);

/// All exits of a run by what they wait for: a line each, the dearest first. Mean ticks of one.
PlainTable exit_stalls_table(const std::string& label, const RunRecord& run, bool measured_only);

}  // namespace vtoll::core
