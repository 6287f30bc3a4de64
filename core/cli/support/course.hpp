// SPDX-License-Identifier: Apache-2.0
// How a run that was begun goes on to its end.
#pragma once

#include <functional>
#include <string>

#include "core/scenario/books.hpp"
#include "core/scenario/simulation.hpp"

namespace vtoll::cli {

/// Runs as far as `begun` and the scenario say; `save` is called where a checkpoint is to be saved. Returns the point
/// that was not reached, "" when there is none.
std::string carry_out(core::Simulation& simulation, core::Books& books, const core::Beginning& begun,
                      const std::function<void()>& save);

}  // namespace vtoll::cli
