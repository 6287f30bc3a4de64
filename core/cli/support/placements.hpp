// SPDX-License-Identifier: Apache-2.0
// Verbs that run things in several placements (docs/timing.md): --placements, and what a run in one of them is told.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "core/timing/pricing.hpp"

namespace vtoll::cli {

inline constexpr unsigned usual_placements = 3;

CLI::Option* add_placements(CLI::App& verb, unsigned& count);

/// timing.placement of each: 0 and up; 0 alone when the timing model has no caches, where all are alike.
std::vector<u64> placements_of(unsigned count, const core::Pricing& pricing);

/// The overrides of a scenario that put it there.
std::vector<std::string> placed(std::vector<std::string> overrides, u64 placement);
/// And its name: that of its run directory.
std::string placed_name(const std::string& name, u64 placement);
/// The words that run it there, quietly, into the folder `output`.
std::vector<std::string> run_words(const std::string& scenario, const std::string& timing, u64 placement,
                                   const std::string& output);

}  // namespace vtoll::cli
