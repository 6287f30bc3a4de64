// SPDX-License-Identifier: Apache-2.0
// The entries of the table, in parts: each part is a file beside this one.
#pragma once

#include "core/report/advice/evidence.hpp"

namespace vtoll::core {

std::span<const Rule> ending_rules();   ///< software that gets no further
std::span<const Rule> control_rules();  ///< MMU, caches, walks
std::span<const Rule> memory_rules();   ///< where code and data lie
std::span<const Rule> saving_rules();   ///< what exits read, save and restore
std::span<const Rule> trap_rules();     ///< exits that need not be

/// Fewer than so many of a thing are no habit.
inline constexpr u64 habit = 16;

}  // namespace vtoll::core
