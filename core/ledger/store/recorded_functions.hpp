// SPDX-License-Identifier: Apache-2.0
// What functions cost, as a recording in a run directory has it: recording.sqlite.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/ledger/book/causes.hpp"

namespace vtoll::core {

struct RecordedFunction {
    unsigned cpu = 0;
    u8 vm = 0;
    World world = World::hypervisor;
    Cause cause = Cause::none;
    std::string what;  ///< the exit
    std::string phase, function;
    u64 insns = 0, ticks = 0;
    std::string image = {};  ///< that its symbol is of; "": it has none
};

/// Throws InputError when there is no recording of functions.
std::vector<RecordedFunction> read_functions(const std::filesystem::path& path);

}  // namespace vtoll::core
