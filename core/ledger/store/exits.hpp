// SPDX-License-Identifier: Apache-2.0
// The exits of a run by their names: entries to the hypervisor and back, as `perf kvm stat` counts them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/store/recorded_functions.hpp"
#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

/// What rows can be told apart by besides what an exit was about, and that is a text: X(enumerator, name).
#define VTOLL_EXIT_ASPECTS(X)                                                \
    /* name of its cause, as in stats.json */                                \
    X(cause, "cause")                                                        \
    /* of HVC, and of SVC */                                                 \
    X(immediate, "immediate")                                                \
    /* function that it was taken out of, or the preferred return address */ \
    X(caller, "caller")                                                      \
    /* part of the exit: by the phases file */                               \
    X(phase, "phase")                                                        \
    /* part of the exit: what the processor waited for */                    \
    X(stall, "stall")                                                        \
    /* part of the exit: from a recording */                                 \
    X(function, "function")
#define VTOLL_ENUMERATOR(enumerator, ...) enumerator,
enum class ExitAspect : u8 { VTOLL_EXIT_ASPECTS(VTOLL_ENUMERATOR) count };
#undef VTOLL_ENUMERATOR
inline constexpr auto exit_aspects = static_cast<std::size_t>(ExitAspect::count);
std::string_view name_of(ExitAspect aspect);
std::optional<ExitAspect> exit_aspect_from_name(std::string_view name);

/// What is told apart besides what an exit was about.
struct ExitSplit {
    bool vm = false, cpu = false, row = false;
    bool measured_only = false;  ///< exits that began between the markers DBG #1 and DBG #2
    bool switches_only = false;  ///< exits that left to another virtual machine than they came from
    bool fold = false;           ///< all numbers of a call are one
    std::array<bool, exit_aspects> aspects{};

    bool& operator[](ExitAspect aspect) { return aspects[static_cast<std::size_t>(aspect)]; }
    bool operator[](ExitAspect aspect) const { return aspects[static_cast<std::size_t>(aspect)]; }
    /// Rows are parts of exits: each exit is a sample of each.
    bool in_parts() const { return (*this)[ExitAspect::phase] || (*this)[ExitAspect::stall]; }
};

struct ExitRow {
    std::string exit;             ///< see ExitNames; "" when that is not told apart
    std::optional<unsigned> cpu;  ///< absent: all of them
    std::optional<u8> vm;         ///< VMID that was left
    std::optional<u8> row;        ///< it began in: a number in RunRecord::rows
    bool finished = true;         ///< otherwise nobody saw their end: they are no samples of what an exit costs
    Distribution insns, ticks;    ///< of one exit, entry and return included, without what interrupted it
    std::optional<double> error;  ///< standard error of the mean of ticks, in percent
    /// Sums of an exit's parts when a host takes part in it: host_exits.hpp.
    std::optional<PartCosts> parts;
    bool process = false;  ///< no exit of a machine: a host's process enters the kernel in Hyp mode
    u64 turns = 0;         ///< ticks that one of them may be off by, at most: EpisodeKind::turns
    std::array<std::string, exit_aspects> aspects = {};

    u64 samples() const { return finished ? ticks.n : 0; }
    /// Both are parts of the same exits.
    bool is_part_of_the_same(const ExitRow& other) const;
};

/// By processor, row and virtual machine, those of machines before those of processes, then what cost most first;
/// unfinished ones last. By row, exits that a host takes part in are listed by their ways in and back, and entries of
/// processes are not: the host's work is in the row's other parts. Parts of an exit stand together. Not by function.
std::vector<ExitRow> exit_rows(const RunRecord& run, ExitSplit split);
/// What the shares of `row` are of: all exits of machines in `rows`, or all entries of processes.
struct ExitSums {
    u64 samples = 0, ticks = 0;
};
ExitSums exits_like(const std::vector<ExitRow>& rows, const ExitRow& row);
/// Not by their names: the cost of each virtual machine's finished exits on each processor.
std::vector<ExitRow> exit_totals(const RunRecord& run);

/// What each function cost in exits, from a recording: sums alone. `samples`: how many exits of its name there were, on
/// its processor and of its machine, finished or not.
struct FunctionRow {
    std::string exit;
    std::optional<unsigned> cpu;
    std::optional<u8> vm;
    std::array<std::string, exit_aspects> aspects = {};
    u64 samples = 0, insns = 0, ticks = 0;
};
/// By `vm`, `cpu`, cause and phase of the split: a recording has no more. Costliest first.
std::vector<FunctionRow> function_rows(const RunRecord& run, const std::vector<RecordedFunction>& recorded,
                                       ExitSplit split);

/// What was done in a row besides its exits, and what the processors counted in it that is in neither.
struct RowParts {
    RowCounts counts;
    Residue residue;  ///< zero, or the books are wrong
};
RowParts row_parts(const RunRecord& run, u8 row, std::optional<unsigned> cpu);  ///< without `cpu`: of all of them

}  // namespace vtoll::core
