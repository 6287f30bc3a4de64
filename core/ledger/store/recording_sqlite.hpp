// SPDX-License-Identifier: Apache-2.0
// What was recorded of a run, in its directory: recording.sqlite.
#pragma once

#include <filesystem>
#include <vector>

#include "core/ledger/book/recording.hpp"
#include "core/ledger/names/function_map.hpp"
#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

/// Version of the tables, in the database's user_version.
inline constexpr int recording_schema = 2;

/// `recorders` by processor; names of functions by number.
void write_recording(const RunRecord& run, const RecordingOptions& options,
                     const std::vector<FunctionMap::Function>& functions, const std::vector<const Recorder*>& recorders,
                     const std::filesystem::path& path);

}  // namespace vtoll::core
