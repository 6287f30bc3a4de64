// SPDX-License-Identifier: Apache-2.0
// Core profiles against lmbench on boards: the same benchmarks on Linux, row by row, with the ratios between boards and
// between kernels, in which cancels out what two runs of one program have in common. What is run is data:
// reports/system-validation.toml.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/report/benchmark_table.hpp"
#include "core/report/report.hpp"
#include "core/report/validation.hpp"

namespace vtoll::core {

struct SystemBoard {
    std::string core, profile, title;
    unsigned processors = 1;

    void declare(Keys& keys);
    bool operator==(const SystemBoard&) const = default;
};

struct SystemKernel {
    std::string version, image, disk, why;  ///< why: there is no image

    void declare(Keys& keys);
    bool operator==(const SystemKernel&) const = default;
};

struct SystemRow : BenchmarkRow {
    std::string command;

    void declare(Keys& keys);
    bool operator==(const SystemRow&) const = default;
};

/// What a figure, or a ratio between two kernels, is to the model.
struct Judgement {
    std::string row, core, kernel;  ///< "": all
    FigureUse use = FigureUse::unusable;
    std::string why;
    bool one_processor = false;  ///< holds where the board's others are left out

    bool fits(const std::string& of_row, const std::string& of_core, const std::string& of_kernel) const;
    void declare(Keys& keys);
    bool operator==(const Judgement&) const = default;
};

struct SystemDefinition {
    std::string published, scenario;
    unsigned enough = 1000;
    std::vector<SystemBoard> boards;
    std::vector<SystemKernel> kernels;
    std::vector<SystemRow> rows;
    std::vector<Judgement> judgements;

    void declare(Keys& keys);
    const Judgement* judgement(const std::string& row, const std::string& core, const std::string& kernel) const;
    /// Overrides of the scenario that measure the row.
    std::vector<std::string> overrides_for(const SystemRow& row, const SystemKernel& kernel, const std::string& timing,
                                           unsigned processors) const;
};

/// A published figure with what the model makes of it.
struct SystemFigure {
    std::string core, profile, kernel, row, command;
    double published = 0;
    std::optional<double> least, most;  ///< of the published runs, where they were printed
    FigureUse use = FigureUse::validation;
    std::string why;  ///< the use
    std::optional<double> simulated;
    std::string failure;  ///< why there is none

    double error() const { return (*simulated - published) / published; }
    bool counts() const { return use == FigureUse::validation && simulated && published > 0; }
};

/// One row's figures, of two boards at one kernel or of two kernels on one board, the one divided by the other.
struct SystemRatio {
    std::string row;
    std::string of, to;  ///< cores, or kernels
    std::string at;      ///< the kernel, or the core
    double published = 0, simulated = 0;
    FigureUse use = FigureUse::validation;
    std::string why;

    double error() const { return (simulated - published) / published; }
};

struct SystemValidation {
    SystemDefinition definition;
    std::string citation;  ///< of the published figures
    std::vector<SystemFigure> figures;

    std::vector<SystemRatio> between_boards() const;
    std::vector<SystemRatio> between_kernels() const;
};

/// `text`: of the definition, and of the file it names. Throws InputError: file, key, what was expected; also for a
/// published row, core or kernel that the definition does not know, and for more fitted figures than two of a board.
SystemDefinition parse_system_definition(const std::string& text, const std::string& file);
SystemValidation system_figures(const SystemDefinition& definition, const std::string& published);
/// Those that ship with vtoll, for runs with one processor or with as many as the boards have.
SystemValidation load_system_figures(bool all_processors = false);

/// Absolute errors of the figures that count: of one core or kernel, or of all for "".
Score score(const SystemValidation& validation, const std::string& core = {}, const std::string& kernel = {});

Report to_report(const SystemValidation& validation);
std::string to_csv(const SystemValidation& validation);
std::string to_json(const SystemValidation& validation);

}  // namespace vtoll::core
