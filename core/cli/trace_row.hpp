// SPDX-License-Identifier: Apache-2.0
// A row of a benchmark out of traces: what one of its operations takes. docs/trace-replay.md has the JSON.
#pragma once

#include <CLI/CLI.hpp>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/ledger/run_record.hpp"
#include "core/trace/operations.hpp"

namespace vtoll::cli {

/// The rows of lmbench that traces can be had of.
std::vector<core::trace::Row> known_rows();
/// Throws InputError.
core::trace::Row row_named(const std::string& name);

/// Books of a loop, for one operation of it.
nlohmann::ordered_json per_operation(const core::RunRecord& run, const core::trace::Row& row, u64 operations);

void add_trace_row(CLI::App& trace, int& status);

}  // namespace vtoll::cli
