// SPDX-License-Identifier: Apache-2.0
// Writes to the PSRs by instructions, ARM DDI 0406C §B1.3.3.
#pragma once

#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// Whether the current mode may set CPSR.M to `mode`. Where it may not the write is UNPREDICTABLE and M stays.
bool may_write_mode(const CpuState& s, u32 mode, bool exception_return);

/// CPSRWriteByInstr() for MSR and CPS: `mask` has a bit for each byte. Calls Env::interrupts_changed() when a mask
/// bit was cleared.
void CPSRWriteByInstr(CpuState& s, u32 value, u32 mask);
/// What an instruction that sets the CPSR (Sets::cpsr), about to run, makes of bits 15..0 but for the execution state.
u32 status_written(const CpuState& s, const Op& op);
/// SPSRWriteByInstr(). The current mode has an SPSR.
void SPSRWriteByInstr(CpuState& s, u32 value, u32 mask);

}  // namespace vtoll::isa
