// SPDX-License-Identifier: Apache-2.0
// The checkpoint that a scenario with [boot] starts from: made once, kept in a cache, found again by what it depends
// on.
#pragma once

#include <optional>

#include "core/base/input_file.hpp"
#include "core/scenario/checkpoint_file.hpp"
#include "core/scenario/scenario.hpp"

namespace vtoll::cli {

/// Makes it when it isn't there: a run in a process of its own. Nothing when that run failed, `status` is its exit
/// code.
std::optional<core::CheckpointFile> boot_checkpoint(const core::Scenario& scenario, const core::SearchPath& search,
                                                    int& status);

}  // namespace vtoll::cli
