// SPDX-License-Identifier: Apache-2.0
// Published against measured numbers: a table's rows filled in, and the forms they are printed in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/report/measure.hpp"
#include "core/report/published.hpp"
#include "core/report/report.hpp"
#include "core/report/table_definition.hpp"

namespace vtoll::core {

/// A difference of more than this part of the published value is explained by phases.
inline constexpr double explain_beyond = 0.25;

struct ComparedRow {
    RowDefinition definition;
    std::optional<u64> published_insns, published_cycles, other_low, other_high;
    std::optional<Measured> measured;      ///< nothing: the run failed
    std::string failure;                   ///< why, in one line
    std::optional<Measured> other;         ///< the other system; nothing when the row has none, or it failed
    std::string other_failure;             ///< why, "" when it has none
    std::optional<u64> reference_ticks{};  ///< median by the timing model Comparison::reference

    bool explained() const;  ///< measured and published differ by more than explain_beyond
    bool other_explained() const;
};

struct Comparison {
    TableDefinition definition;
    std::string timing, timing_title, timing_model;
    std::string hypervisor;          ///< "pure.elf": what was measured
    std::string other;               ///< "para.elf": and what beside it
    std::string reference;           ///< timing model that the first system was measured with too, or ""
    std::vector<u64> placements{0};  ///< timing.placement of the runs of each row
    bool has_caches = false;         ///< of the timing model: without, placements are alike
    std::vector<ComparedRow> rows;
    bool detailed = false;  ///< its report has spread, phases and stalls as well
};

/// The row without its measurement.
ComparedRow published_row(const TableDefinition& table, const PublishedTable& published, const RowDefinition& row);

/// measured / published: "0.84", "equal" when both are zero, "-" when there is no ratio.
std::string ratio(std::optional<u64> published, std::optional<double> measured);

/// The same for a published range: against its nearer bound, "1.00" within.
std::string ratio(std::optional<u64> low, std::optional<u64> high, std::optional<double> measured);

/// Whether what the row measures differs from what was published by no more than placements do; false where nothing was
/// measured or published, or where there is one placement.
bool within_noise_of_published(const ComparedRow& row);
bool within_noise_of_other(const ComparedRow& row);  ///< the same of the two systems' cycles

Report to_report(const Comparison& comparison);
std::string to_csv(const Comparison& comparison);
std::string to_json(const Comparison& comparison);

}  // namespace vtoll::core
