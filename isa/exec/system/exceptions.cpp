// SPDX-License-Identifier: Apache-2.0
// Exceptions that instructions cause on purpose, and entry to a mode. ARM DDI 0406C §B1.8.3, §B1.9.
#include "isa/exec/exec.hpp"
#include "isa/exec/system/exception_entry.hpp"

namespace vtoll::isa {

namespace {

/// Address of the instruction after `op`: the preferred return address of the calls.
u32 next_pc(const Op* op) { return op->pc + op->len; }

void enter(CpuState& s, Mode to, u32 saved_psr, u32 masks, u32 vector, bool thumb, bool big_endian) {
    s.switch_mode(to);
    s.spsr() = saved_psr;
    s.psr = (s.psr & ~(psr::J | psr::E)) | masks | (big_endian ? psr::E : 0);
    s.thumb = thumb;
    s.itstate = 0;
    s.r[15] = vector;
    s.attention = true;
    s.refresh_l0_ctx();
}

/// ExcVectorBase(), ARM DDI 0406C §B1.8.1. VBAR exists with the Security Extensions, which every ARMv7-A core that is
/// modelled has.
u32 ExcVectorBase(const CpuState& s) { return (s.sys.sctlr & sctlr::V) ? 0xffff'0000 : s.sys.vbar; }

/// An undefined instruction, with the syndrome it has if it is taken to Hyp mode.
const Op* take_undefined(CpuState& s, const Op* op, Syndrome syndrome) {
    s.env->unwind(op, false);
    const u32 saved = psr_to_save(s, op->itstate);
    if (s.is_hyp()) {
        EnterHypMode(s, ExceptionKind::undefined, saved, op->pc, vector::undefined, syndrome);
    } else if (tge_applies(s)) {
        EnterHypMode(s, ExceptionKind::hyp_trap, saved, op->pc, vector::hyp_trap, syndrome);
    } else {
        const u32 lr = op->pc + (s.thumb ? 2 : 4);
        enter_pl1(s, ExceptionKind::undefined, Mode::und, saved, op->pc, lr, vector::undefined, psr::I);
    }
    return nullptr;
}

}  // namespace

u32 psr_to_save(const CpuState& s, u8 itstate) {
    return s.psr | s.nzcv() | (s.thumb ? psr::T : 0) | psr::it_bits(itstate);
}

void EnterHypMode(CpuState& s, ExceptionKind kind, u32 saved_psr, u32 preferred_return, u32 offset,
                  std::optional<Syndrome> syndrome) {
    const Mode from = s.mode();
    if (syndrome) s.sys.hsr = syndrome->hsr();
    // SCR.{EA,IRQ,FIQ} are 0 on a processor without EL3: all three masks are set.
    enter(s, Mode::hyp, saved_psr, psr::A | psr::I | psr::F, s.sys.hvbar + offset, s.sys.hsctlr & sctlr::TE,
          s.sys.hsctlr & sctlr::EE);
    s.elr_hyp = preferred_return;
    s.env->exception_taken({kind, from, Mode::hyp, syndrome ? s.sys.hsr : 0, s.r[15], preferred_return});
}

void enter_pl1(CpuState& s, ExceptionKind kind, Mode to, u32 saved_psr, u32 preferred_return, u32 lr, u32 offset,
               u32 masks) {
    const Mode from = s.mode();
    enter(s, to, saved_psr, masks, ExcVectorBase(s) + offset, s.sys.sctlr & sctlr::TE, s.sys.sctlr & sctlr::EE);
    s.r[14] = lr;
    s.env->exception_taken({kind, from, to, 0, s.r[15], preferred_return});
}

void bind_undefined(Decoding& op) { bind<TakeUndefInstrException>(op); }

const Op* TakeUndefInstrException(CpuState& s, const Op* op) { return take_undefined(s, op, Syndrome()); }

const Op* TakeSVCException(CpuState& s, const Op* op, u32 imm) {
    s.env->unwind(op, true);
    const u32 saved = psr_to_save(s, it_advance(op->itstate));
    const Syndrome syndrome = make_syndrome(Ec::svc, op->len == 4, Syndrome().with(iss::imm16, imm));
    if (s.is_hyp()) EnterHypMode(s, ExceptionKind::svc, saved, next_pc(op), vector::call, syndrome);
    else if (tge_applies(s)) EnterHypMode(s, ExceptionKind::hyp_trap, saved, next_pc(op), vector::hyp_trap, syndrome);
    else enter_pl1(s, ExceptionKind::svc, Mode::svc, saved, next_pc(op), next_pc(op), vector::call, psr::I);
    return nullptr;
}

const Op* TakeHVCException(CpuState& s, const Op* op, u32 imm) {
    s.env->unwind(op, true);
    const u32 saved = psr_to_save(s, it_advance(op->itstate));
    const u32 offset = s.is_hyp() ? vector::call : vector::hyp_trap;
    EnterHypMode(s, ExceptionKind::hvc, saved, next_pc(op), offset,
                 make_syndrome(Ec::hvc, true, Syndrome().with(iss::imm16, imm)));
    return nullptr;
}

// There is no Monitor mode: SMC either is the machine's firmware conduit or UNDEFINED.
const Op* TakeSMCException(CpuState& s, const Op* op) {
    if (s.features.smc_is_firmware) {
        leave_block(s, op);
        if (s.env->firmware_call(op, true)) return nullptr;
    }
    return TakeUndefInstrException(s, op);
}

const Op* TakeHypTrapException(CpuState& s, const Op* op, Syndrome syndrome) {
    s.env->unwind(op, false);
    EnterHypMode(s, ExceptionKind::hyp_trap, psr_to_save(s, op->itstate), op->pc, vector::hyp_trap, syndrome);
    return nullptr;
}

const Op* TakeHypTrapOrUndef(CpuState& s, const Op* op, Syndrome syndrome) {
    return s.is_hyp() ? take_undefined(s, op, syndrome) : TakeHypTrapException(s, op, syndrome);
}

}  // namespace vtoll::isa
