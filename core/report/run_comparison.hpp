// SPDX-License-Identifier: Apache-2.0
// Runs beside each other: what each of them did, and where their differences to the first one come from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/report.hpp"

namespace vtoll::core {

/// A run and what it is called in the comparison.
struct ComparedRun {
    std::string label;
    RunRecord record;
    std::string console;
    std::vector<RunRecord> elsewhere{};  ///< the same in further placements
};

/// Reads a run directory, crossings included. Throws InputError when it is none, or its books don't add up.
ComparedRun load_run(const std::filesystem::path& folder, const std::string& label);

/// Figures of one kind: per row, per run, a value for each of the quantities.
struct FigureGroup {
    struct Row {
        std::string name;
        std::vector<std::vector<u64>> values;  ///< [run][quantity]
    };
    std::string key, heading;
    std::vector<std::string> quantities;
    std::vector<Row> rows;
    std::string about;  ///< "" or a sentence
};
/// Groups and rows in which every run has nothing but zeros are left out.
std::vector<FigureGroup> figure_groups(const std::vector<ComparedRun>& runs);

/// What one part of the books has more (or less) than it has in the first run.
struct DifferenceLine {
    std::string what;
    s64 insns = 0, ticks = 0;
    double mean = 0, deviation = 0;  ///< of the ticks, over the placements of both runs
    bool noise = false;              ///< no more than these make
};
/// A run against the first one. The lines of each list add up to the total exactly; the largest ticks are first.
struct RunDifference {
    DifferenceLine total;
    std::vector<DifferenceLine> worlds;
    std::vector<DifferenceLine> accounts;  ///< by world and cause
    std::vector<DifferenceLine> stalls;
};
RunDifference difference(const ComparedRun& first, const ComparedRun& other);

/// Measured samples alone: starting and stopping machines is not in them. `other` less `first`.
struct SampleDifference {
    s64 ticks = 0, hypervisor_ticks = 0;  ///< the second is part of the first
    u64 base = 0;                         ///< ticks of the first run's samples
};
/// Nothing when the runs have different numbers of samples, or none.
std::optional<SampleDifference> sample_difference(const RunRecord& first, const RunRecord& other);

/// What the guests said, without the hypervisor's own lines: of a console with lines "[machine] text" the texts of each
/// machine in turn, of any other console everything.
std::string guest_text(const std::string& console);

/// Number of the first line that differs.
std::size_t differing_line(const std::string& a, const std::string& b);

/// What is to be said of the placements of the runs: how many there are, or that noise is unknown.
std::vector<std::string> placement_notes(const std::vector<ComparedRun>& runs);

/// Why the runs may not be comparable: their consoles, their users' work, samples, timing or ends differ.
std::vector<std::string> notes(const std::vector<ComparedRun>& runs);

/// What was measured comes first. `detailed`: every figure of the runs as well.
Report comparison_report(const std::vector<ComparedRun>& runs, bool detailed);
std::string comparison_csv(const std::vector<ComparedRun>& runs);
std::string comparison_json(const std::vector<ComparedRun>& runs);

}  // namespace vtoll::core
