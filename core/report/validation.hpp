// SPDX-License-Identifier: Apache-2.0
// Core profiles against published measurements: what was measured, what the model makes of it, and how far apart they
// are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/report/report.hpp"

namespace vtoll::core {

/// What a published figure is to the profile it is compared with.
enum class FigureUse : u8 {
    validation,  ///< counts: no parameter was set from it
    parameter,   ///< a parameter of the profile comes from it
    fitted,      ///< a parameter was set so that it comes out
    unusable,    ///< shown, not counted: the note says why
};
std::string_view name_of(FigureUse use);

/// One line of reports/published/validation.csv.
struct Figure {
    std::string name, profile, program, region, unit;
    double published = 0;
    FigureUse use = FigureUse::validation;
    std::string source, note;
};
/// Throws InputError: file, figure, what was expected.
std::vector<Figure> read_figures(const std::string& csv, const std::string& file);
std::vector<Figure> load_figures();

/// One measured region of a guest program: what it called itself, and ticks per operation without the markers' own and
/// without those of the region that it says it is "less" of. Of regions with one name, the mean.
struct Region {
    std::string name;
    double ticks = 0;
    unsigned times = 1;
};
/// `console` names the regions in the order of the run's samples. Throws InputError when they don't match.
std::vector<Region> regions(const std::string& console, const ProcessorRecord& record);

/// Ticks of one operation in the figure's unit, at `clock_mhz`: cycles, ns, MB/s (an operation is a byte), DMIPS/MHz.
/// Throws InputError for another unit.
double in_unit(double ticks, const std::string& unit, double clock_mhz);

struct Validated {
    Figure figure;
    std::optional<double> simulated;
    std::string failure;    ///< why there is none
    bool left_out = false;  ///< because its program needs software that can't be had here

    /// Relative to the published value.
    double error() const { return simulated ? (*simulated - figure.published) / figure.published : 0; }
};

struct Score {
    unsigned counted = 0;
    double mean = 0, median = 0, worst = 0;  ///< absolute errors
};
Score score_of(std::vector<double> errors);
Score score(const std::vector<Validated>& figures);

Report validation_report(const std::vector<Validated>& figures);
std::string validation_csv(const std::vector<Validated>& figures);
std::string validation_json(const std::vector<Validated>& figures);

}  // namespace vtoll::core
