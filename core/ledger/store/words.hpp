// SPDX-License-Identifier: Apache-2.0
// The names that results are full of, with what they are called and stand for: a legend that every document carries, so
// that its readers need none of their own. By name, in the order in which they are shown.
#pragma once

#include <nlohmann/json.hpp>

#include "core/ledger/names/phases.hpp"
#include "core/ledger/store/facts.hpp"

namespace vtoll::core {

/// "title"; "privilege": of the privilege level, 0 to 2, null when nobody runs.
nlohmann::ordered_json world_words();
/// "title".
nlohmann::ordered_json cause_words();
/// "hardware": the processor itself, entering an exception or returning from it.
nlohmann::ordered_json phase_words(const PhaseNames& phases);
/// "title", "description", "core": only core profiles tell it apart.
nlohmann::ordered_json stall_words();
/// "description".
nlohmann::ordered_json control_words();
nlohmann::ordered_json memory_event_words();
nlohmann::ordered_json unit_words();

/// Of the statistics of a run: what `unit` may be.
namespace unit {
inline constexpr const char *instruction = "instruction", *tick = "tick", *event = "event";
}

/// "hypervisor: hypercall", "user": what an account of the ledger is called.
std::string account_name(World world, Cause cause);

}  // namespace vtoll::core
