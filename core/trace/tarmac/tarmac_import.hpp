// SPDX-License-Identifier: Apache-2.0
// A Tarmac-style log becomes a guest trace. What a log can't say, the trace doesn't: docs/trace-format.md.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/scenario/scenario.hpp"
#include "core/trace/format/writer.hpp"
#include "core/trace/tarmac/tarmac_line.hpp"

namespace vtoll::core::trace {

struct TarmacImport {
    std::filesystem::path log, target;
    std::string cpu;   ///< whose lines: "cpu1"; "": the log has one
    Scenario machine;  ///< that a replay runs on
};

struct ImportReport {
    Totals totals;
    u64 lines = 0, bytes = 0;
    bool translated = true;  ///< false: addresses are physical, for the log doesn't say how they were translated
    bool timed = true;       ///< false: the log doesn't count ticks
    u64 aborted = 0;         ///< accesses that aborted, of instructions that have no line: left out
    u64 unknown_values = 0;  ///< of system registers, tables and devices, that the log doesn't say: left out
    u64 without_memory = 0;  ///< instructions at addresses where the machine has no memory
    std::map<std::string, u64> unknown_lines;  ///< skipped, by type
};

/// Throws InputError that names the line; then there is no trace. `progress` hears of the instructions so far.
ImportReport import_tarmac(const TarmacImport& import, const std::function<void(u64)>& progress);

}  // namespace vtoll::core::trace
