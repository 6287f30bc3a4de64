// SPDX-License-Identifier: Apache-2.0
// The tables of facts in episodes.sqlite.
#pragma once

#include "core/ledger/store/database.hpp"
#include "core/ledger/store/run_record.hpp"

namespace vtoll::core {

void write_facts(Database& db, const RunRecord& run);
/// `run` has its processors. Throws InputError naming `file`.
void read_facts(const Database& db, const std::string& file, RunRecord& run);

}  // namespace vtoll::core
