// SPDX-License-Identifier: Apache-2.0
// A row of a benchmark out of traces: what one of its operations takes. docs/trace-replay.md has the JSON.
#pragma once

#include <CLI/CLI.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/ledger/store/run_record.hpp"
#include "core/trace/replay/operations.hpp"

namespace vtoll::cli {

/// The rows of lmbench and netperf that traces can be had of.
std::vector<core::trace::Row> known_rows();
/// Throws InputError.
core::trace::Row row_named(const std::string& name);

/// What rows are recorded on, unless another timing model is asked for.
inline constexpr const char *row_scenario = "linux-a8", *row_timing = "cortex-a8";

/// The file of a shipped port, or the file that is named.
std::filesystem::path port_file(const std::string& port);
/// Names of those that are shipped, sorted.
std::vector<std::string> shipped_ports();

/// Where `vtoll trace row` leaves what one operation takes: natively ("" for the port), or by a port, in a placement.
std::filesystem::path report_of_row(const std::filesystem::path& folder, const std::string& row,
                                    const std::string& timing, const std::string& port, u64 placement);

/// Books of a loop, for one operation of it.
nlohmann::ordered_json per_operation(const core::RunRecord& run, const core::trace::Row& row, u64 operations);

void add_trace_row(CLI::App& trace, int& status);

}  // namespace vtoll::cli
