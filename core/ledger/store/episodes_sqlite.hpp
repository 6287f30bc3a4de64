// SPDX-License-Identifier: Apache-2.0
// episodes.sqlite: the whole ledger of a run, every count kept. Same run, same bytes.
#pragma once

#include <filesystem>

#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

/// Version of the tables, in the database's user_version.
inline constexpr int episodes_schema = 6;

/// Makes the database at `path`, which must not exist. Throws InputError when it can't be written.
void write_episodes(const RunRecord& run, const std::filesystem::path& path);

/// Reads what write_episodes() wrote; crossings are not in it. Throws InputError.
RunRecord read_episodes(const std::filesystem::path& path);

}  // namespace vtoll::core
