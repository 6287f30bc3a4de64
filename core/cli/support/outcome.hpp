// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

/// What a run's end is worth as an exit code.
int exit_code(const core::Outcome& outcome);
/// Where the scenario was to end by `limits.until` and did not; "" when it did.
std::string missed_end(const core::Simulation& simulation);
std::string complaint_of_missed(const std::string& point);
/// How the console differs from the scenario's expect.console; "" when it doesn't, or
/// when the run was ended before the guest had.
std::string unexpected_console(core::Simulation& simulation);

}  // namespace vtoll::cli
