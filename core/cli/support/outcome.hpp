// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

/// What a run's end is worth as an exit code.
int exit_code(const core::Outcome& outcome);
/// How the console differs from the scenario's expect.console; "" when it doesn't.
std::string unexpected_console(core::Simulation& simulation);

}  // namespace vtoll::cli
