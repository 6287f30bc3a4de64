// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/platform/machine.hpp"

namespace vtoll::cli {

/// What a run's end is worth as an exit code.
int exit_code(const core::Outcome& outcome);

}  // namespace vtoll::cli
