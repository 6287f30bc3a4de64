// SPDX-License-Identifier: Apache-2.0
// Instructions that cause exceptions and return from them: SVC, HVC, SMC, BKPT, UDF, ERET, SRS, RFE.
// ARM DDI 0406C §A8.8.24, §A8.8.228, §A8.8.247, §B9.3.3-4, §B9.3.13-16.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

// --- calls --------------------------------------------------------------------------------------------------------

const Op* svc(CpuState& s, const Op* op) { return TakeSVCException(s, op, op->imm); }

/// SVC with the number that the semihosting specification reserves.
const Op* svc_semihosting(CpuState& s, const Op* op) {
    leave_block(s, op);
    if (s.env->semihosting_call(op)) return nullptr;
    return TakeSVCException(s, op, op->imm);
}

void calls(Decoding& op, Call call) {
    op.flags |= op_ends_block;
    op.properties.call = call;
}

Decoded svc_row(const DecodeContext& ctx, Decoding& op, u32 imm, u32 semihosting_number) {
    op.imm = imm;
    calls(op, Call::svc);
    return ctx.features->semihosting && imm == semihosting_number ? bind<&svc_semihosting>(op) : bind<&svc>(op);
}

const Op* hvc(CpuState& s, const Op* op) {
    if (s.features.hvc_is_firmware) {
        leave_block(s, op);
        if (s.env->firmware_call(op, false)) return nullptr;
    }
    if (!s.features.virtualization) return TakeUndefInstrException(s, op);
    return TakeHVCException(s, op, op->imm);
}

Decoded hvc_row(const DecodeContext& ctx, Decoding& op, u32 imm) {
    if (!ctx.features->virtualization && !ctx.features->hvc_is_firmware) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    if (ctx.in_it() || op.cond < 14) return Decoded::unpredictable;
    op.imm = imm;
    calls(op, Call::hvc);
    return bind<&hvc>(op);
}

const Op* smc(CpuState& s, const Op* op) {
    if (!s.is_hyp() && (s.sys.hcr & hcr::TSC))
        return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::smc, Syndrome()));
    return TakeSMCException(s, op);
}

Decoded smc_row(const DecodeContext& ctx, Decoding& op) {
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    if (mid_it(ctx)) return Decoded::unpredictable;
    calls(op, Call::smc);
    return bind<&smc>(op);
}

// BKPT is unconditional, in an IT block too.
Decoded bkpt_row(Decoding& op, u32 imm) {
    op.imm = imm;
    op.cond = 14;
    op.flags |= op_ends_block;
    return bind<&TakeBreakpoint>(op);
}

Decoded udf_row(Decoding& op, u32 imm) {
    op.imm = imm;
    op.flags |= op_ends_block;
    return bind<&TakeUndefInstrException>(op);
}

// --- ERET ---------------------------------------------------------------------------------------------------------

const Op* eret(CpuState& s, const Op* op) {
    if (s.mode() == Mode::sys) return TakeUndefInstrException(s, op);  // UNPREDICTABLE: no SPSR
    return exception_return(s, op, s.is_hyp() ? s.elr_hyp : s.r[14], s.spsr());
}

Decoded eret_row(const DecodeContext& ctx, Decoding& op) {
    if (ctx.privilege == Privilege::pl0 || mid_it(ctx)) return Decoded::unpredictable;
    if (ctx.privilege != Privilege::pl2) reads(op, 14);  // else ELR_hyp
    returns_from_exception(op);
    return bind<&eret>(op);
}

// --- SRS and RFE --------------------------------------------------------------------------------------------------

/// Lowest address of the two words, and the base after write-back, relative to the base. op.imm holds the first,
/// op.aux the second; op.shift is the write-back flag.
void set_offsets(Decoding& op, bool increment, bool word_higher, bool write_back) {
    op.imm = (increment ? 0u : -8u) + (word_higher ? 4u : 0u);
    op.aux = increment ? 8u : -8u;
    op.shift = write_back;
}

const Op* srs(CpuState& s, const Op* op) {
    const Mode target = static_cast<Mode>(op->rd);
    if (bank_of(s.mode()) == bank_usr) return TakeUndefInstrException(s, op);  // UNPREDICTABLE: no SPSR
    const u32 base = s.read_banked(13, target);
    const u32 at = base + op->imm;
    if (!store<u32>(s, op, at, s.r[14]) || !store<u32>(s, op, at + 4, s.spsr())) return nullptr;
    if (op->shift) s.write_banked(13, target, base + op->aux);
    VTOLL_NEXT(s, op);
}

Decoded srs_row(auto f, const DecodeContext& ctx, Decoding& op, bool increment, bool word_higher) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    const Mode target = static_cast<Mode>(f('m'));
    if (ctx.privilege == Privilege::pl0 || !is_valid_mode(f('m')) || target == Mode::hyp || target == Mode::mon)
        return Decoded::unpredictable;
    op.rd = static_cast<u8>(target);
    op.units = 2;
    set_offsets(op, increment, word_higher, f('W'));
    op.properties.other_bank = true;  // SP is the named mode's
    reads(op, 13);
    reads_late(op, 14);
    if (f('W')) writes_back(op, 13);
    op.flags |= op_writes_mem | op_align_always | (2 << op_size_shift);
    return bind<&srs>(op);
}

const Op* rfe(CpuState& s, const Op* op) {
    const u32 at = s.r[op->rn] + op->imm;
    const Loaded pc = load<u32>(s, op, at);
    if (pc.fault) return nullptr;
    const Loaded psr = load<u32>(s, op, at + 4);
    if (psr.fault) return nullptr;
    if (op->shift) s.r[op->rn] += op->aux;
    return exception_return(s, op, pc.value, psr.value);
}

Decoded rfe_row(auto f, const DecodeContext& ctx, Decoding& op, bool increment, bool word_higher) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0 || f('n') == 15 || mid_it(ctx)) return Decoded::unpredictable;
    op.rn = reads(op, f('n'));
    if (f('W')) writes_back(op, op.rn);
    op.units = 2;
    set_offsets(op, increment, word_higher, f('W'));
    returns_from_exception(op);
    op.flags |= op_reads_mem | op_align_always | (2 << op_size_shift);
    return bind<&rfe>(op);
}

}  // namespace

// --- A32 ----------------------------------------------------------------------------------------------------------

VTOLL_TRANSLATE(a32, SVC) { return svc_row(ctx, op, f('i'), 0x123456); }
VTOLL_TRANSLATE(a32, HVC) { return hvc_row(ctx, op, f('i')); }
VTOLL_TRANSLATE(a32, SMC) { return smc_row(ctx, op); }
VTOLL_TRANSLATE(a32, BKPT) { return op.cond < 14 ? Decoded::unpredictable : bkpt_row(op, f('i')); }
VTOLL_TRANSLATE(a32, UDF) { return udf_row(op, f('i')); }
VTOLL_TRANSLATE(a32, ERET) { return ctx.features->virtualization ? eret_row(ctx, op) : Decoded::undefined; }
VTOLL_TRANSLATE(a32, SRS) { return srs_row(f, ctx, op, f('U'), f('P') == f('U')); }
VTOLL_TRANSLATE(a32, RFE) { return rfe_row(f, ctx, op, f('U'), f('P') == f('U')); }

// --- Thumb --------------------------------------------------------------------------------------------------------

VTOLL_TRANSLATE(t16, SVC) { return svc_row(ctx, op, f('i'), 0xab); }
VTOLL_TRANSLATE(t16, BKPT) { return bkpt_row(op, f('i')); }
VTOLL_TRANSLATE(t16, UDF) { return udf_row(op, f('i')); }

VTOLL_TRANSLATE(t32, HVC) { return hvc_row(ctx, op, f('i')); }
VTOLL_TRANSLATE(t32, SMC) { return smc_row(ctx, op); }
VTOLL_TRANSLATE(t32, UDF) { return udf_row(op, f('i')); }
// Outside Hyp mode this is SUBS PC, LR, #0; without Hyp mode it is only that.
VTOLL_TRANSLATE(t32, ERET) { return ctx.features->virtualization ? eret_row(ctx, op) : Decoded::not_this_row; }
VTOLL_TRANSLATE(t32, SRS_DB) { return srs_row(f, ctx, op, false, false); }
VTOLL_TRANSLATE(t32, SRS_IA) { return srs_row(f, ctx, op, true, false); }
VTOLL_TRANSLATE(t32, RFE_DB) { return rfe_row(f, ctx, op, false, false); }
VTOLL_TRANSLATE(t32, RFE_IA) { return rfe_row(f, ctx, op, true, false); }

}  // namespace vtoll::isa
