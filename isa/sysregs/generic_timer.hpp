// SPDX-License-Identifier: Apache-2.0
// Whether a processor has the generic timer, ARM DDI 0406C chapter B8: its ID_PFR1 says it. A Cortex-A9 of silicon has
// timers outside the processor instead, and its coprocessor registers c14 are UNDEFINED.
#pragma once

#include "isa/state/identity.hpp"

namespace vtoll::isa {

constexpr bool has_generic_timer(const Identity& id) { return bits(id.id_pfr1, 19, 16) != 0; }
constexpr void take_generic_timer(Identity& id) { id.id_pfr1 &= ~0x000f'0000u; }

}  // namespace vtoll::isa
