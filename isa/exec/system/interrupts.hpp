// SPDX-License-Identifier: Apache-2.0
// Which interrupts a processor would take, ARM DDI 0406C §B1.8.11, §B1.9.10-13.
#pragma once

#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// Would it take an IRQ or an FIQ, physical or virtual, whose line rose now?
bool may_be_interrupted(const CpuState& s);

}  // namespace vtoll::isa
