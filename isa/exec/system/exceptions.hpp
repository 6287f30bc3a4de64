// SPDX-License-Identifier: Apache-2.0
// Exception entry and return, ARM DDI 0406C §B1.8, §B1.9. Every function that takes an exception from an instruction
// returns nullptr, so that handlers can `return TakeX(...)`.
#pragma once

#include "isa/encodings/encoding.hpp"
#include "isa/fault.hpp"
#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/state/syndrome.hpp"

namespace vtoll::isa {

/// HSR: EC, IL and the ISS that is given. IL is left 0 where the manual says it is not valid.
Syndrome make_syndrome(Ec ec, bool il32, Syndrome iss);
/// HSR of a trapped instruction, with the condition fields CV and COND: WriteHSR(), ARM DDI 0406C §B3.13.6.
Syndrome trap_syndrome(const CpuState& s, const Op& op, Ec ec, Syndrome iss);
/// ISS of a trapped MCR, MRC or VMRS, and of a trapped MCRR or MRRC: the fields sit in the same bits in A32 and T32.
Syndrome iss_mcr_mrc(u32 raw);
Syndrome iss_mcrr_mrrc(u32 raw);

/// Makes `op` take the Undefined Instruction exception when executed (after its condition passes, policy:
/// undefined encodings are taken whatever the condition says only when unconditional).
void bind_undefined(Decoding& op);

const Op* TakeUndefInstrException(CpuState& s, const Op* op);
const Op* TakeSVCException(CpuState& s, const Op* op, u32 imm);
const Op* TakeHVCException(CpuState& s, const Op* op, u32 imm);
const Op* TakeSMCException(CpuState& s, const Op* op);
/// Trap to Hyp mode through vector 0x14.
const Op* TakeHypTrapException(CpuState& s, const Op* op, Syndrome syndrome);
/// The same where the rule also holds in Hyp mode (HCPTR): from there it is an Undefined Instruction exception that
/// carries the syndrome.
const Op* TakeHypTrapOrUndef(CpuState& s, const Op* op, Syndrome syndrome);
/// CheckAdvSIMDOrVFPEnabled(), ARM DDI 0406C §B1.11. True: go on. False: the exception has been taken. The quick way
/// for a VFP instruction is `s.fp_enabled || CheckAdvSIMDOrVFPEnabled(s, op, true, false)`; an Advanced SIMD one has
/// HCPTR.TASE and CPACR.ASEDIS to look at too.
bool CheckAdvSIMDOrVFPEnabled(CpuState& s, const Op& op, bool include_fpexc_check, bool advsimd);
const Op* TakeBreakpoint(CpuState& s, const Op* op);  ///< BKPT: a Prefetch Abort with a debug event status

/// An instruction that is complete and is the last of its block for good: execution goes on after it by a look-up.
inline const Op* leave_block(CpuState& s, const Op* op) {
    s.r[15] = op->pc + op->len;
    s.itstate = it_advance(op->itstate);
    return nullptr;
}

/// `op` made the access (ISS.SRT is `op->rd`); routing (PL1, Hyp by stage 2, Hyp by TGE or because it came from Hyp),
/// FSRs, FARs, HSR.
const Op* TakeDataAbortException(CpuState& s, const Op* op, const Fault& fault);
/// The instruction at s.r[15] could not be fetched. Between blocks: no op.
void TakePrefetchAbortException(CpuState& s, const Fault& fault);

/// An interrupt or asynchronous abort that is pending and takeable right now, in priority order, or nullopt-like
/// ExceptionKind::reset for none. Looks at lines, PSR masks, HCR routing and virtual bits (§B1.8.4, §B1.9.10-13).
ExceptionKind takeable_interrupt(const CpuState& s);
/// True if an interrupt would wake WFI (masks ignored where §B1.8.13 says so).
bool wakes_wfi(const CpuState& s);
void take_interrupt(CpuState& s, ExceptionKind kind);

/// Return from exception to `pc` with the PSR `spsr` (SUBS PC, LDM ^, RFE, ERET). Illegal modes: §B1.3.4 policy in
/// docs/unpredictable.md.
const Op* exception_return(CpuState& s, const Op* op, u32 pc, u32 spsr);

/// Reset values: the machine calls it, then sets the start mode.
void reset(CpuState& s);

}  // namespace vtoll::isa
