// SPDX-License-Identifier: Apache-2.0
// The common end of every exception entry: what the Take...() functions share. ARM DDI 0406C §B1.8.3, §B1.9.
#pragma once

#include <optional>

#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

/// Offsets from the vector base, ARM DDI 0406C table B1-3.
namespace vector {
constexpr u32 undefined = 0x04, call = 0x08, prefetch_abort = 0x0c, data_abort = 0x10, hyp_trap = 0x14, irq = 0x18,
              fiq = 0x1c;
}

/// CPSR as an exception saves it. Inside a block the flags are up to date and ITSTATE is the op's.
u32 psr_to_save(const CpuState& s, u8 itstate);

/// EnterHypMode(). Interrupts have no syndrome and leave HSR alone.
void EnterHypMode(CpuState& s, ExceptionKind kind, u32 saved_psr, u32 preferred_return, u32 offset,
                  std::optional<Syndrome> syndrome);

/// Entry to a PL1 mode: `masks` are the PSR bits that the exception sets.
void enter_pl1(CpuState& s, ExceptionKind kind, Mode to, u32 saved_psr, u32 preferred_return, u32 lr, u32 offset,
               u32 masks);

/// HCR.TGE takes exceptions of User mode to Hyp mode.
inline bool tge_applies(const CpuState& s) { return (s.sys.hcr & hcr::TGE) && s.mode() == Mode::usr; }

/// An abort from an instruction (op) or from a fetch (no op): routing, fault registers, syndrome, entry.
void take_data_abort(CpuState& s, const Op* op, u8 itstate, u32 at, const Fault& fault);

}  // namespace vtoll::isa
