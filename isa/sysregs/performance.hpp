// SPDX-License-Identifier: Apache-2.0
// The performance monitors beyond their registers: what the engine asks of them, ARM DDI 0406C chapter C12.
#pragma once

#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// The registers of running performance counters hold offsets to totals of the machine. Detached they hold the values
/// themselves: what a checkpoint keeps, whose reader may count from other totals, and what stays the same while
/// something else decides which of them run. `op`: the running instruction, nullptr between blocks.
void detach_counters(CpuState& s, const Op* op = nullptr);
void attach_counters(CpuState& s, const Op* op = nullptr);

/// The privilege level changed from `from`: counters whose filter tells the two apart stop or start. Only while
/// CpuState::counters_run.
void counters_crossed(CpuState& s, Privilege from);

/// Carries out overflows up to now; true while the processor asks for its interrupt (PMUIRQ). Between blocks only.
bool counters_interrupt(CpuState& s);
/// Ticks from now on within which no overflow can raise the interrupt; ~0 for never.
u64 ticks_to_overflow(CpuState& s);

}  // namespace vtoll::isa
