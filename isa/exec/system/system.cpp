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

Decoded svc_row(const DecodeContext& ctx, Op& op, u32 imm, u32 semihosting_number) {
    op.imm = imm;
    op.flags |= op_ends_block;
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

Decoded hvc_row(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!ctx.features->virtualization && !ctx.features->hvc_is_firmware) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    if (ctx.in_it() || op.cond < 14) return Decoded::unpredictable;
    op.imm = f('i');
    op.flags |= op_ends_block;
    return bind<&hvc>(op);
}

const Op* smc(CpuState& s, const Op* op) {
    if (!s.is_hyp() && (s.sys.hcr & hcr::TSC))
        return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::smc, Syndrome()));
    return TakeSMCException(s, op);
}

Decoded smc_row(const Fields&, const DecodeContext& ctx, Op& op) {
    if (ctx.privilege == Privilege::pl0) return Decoded::undefined;
    if (mid_it(ctx)) return Decoded::unpredictable;
    op.flags |= op_ends_block;
    return bind<&smc>(op);
}

// BKPT is unconditional, in an IT block too.
Decoded bkpt_row(Op& op, u32 imm) {
    op.imm = imm;
    op.cond = 14;
    op.flags |= op_ends_block;
    return bind<&TakeBreakpoint>(op);
}

Decoded udf_row(Op& op, u32 imm) {
    op.imm = imm;
    op.flags |= op_ends_block;
    return bind<&TakeUndefInstrException>(op);
}

// --- ERET ---------------------------------------------------------------------------------------------------------

const Op* eret(CpuState& s, const Op* op) {
    if (s.mode() == Mode::sys) return TakeUndefInstrException(s, op);  // UNPREDICTABLE: no SPSR
    return exception_return(s, op, s.is_hyp() ? s.elr_hyp : s.r[14], s.spsr());
}

Decoded eret_row(const Fields&, const DecodeContext& ctx, Op& op) {
    if (ctx.privilege == Privilege::pl0 || mid_it(ctx)) return Decoded::unpredictable;
    op.flags |= op_ends_block;
    return bind<&eret>(op);
}

// --- SRS and RFE --------------------------------------------------------------------------------------------------

/// Lowest address of the two words, and the base after write-back, relative to the base. op.imm holds the first,
/// op.aux the second; op.shift is the write-back flag.
void set_offsets(Op& op, bool increment, bool word_higher, bool write_back) {
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

Decoded srs_row(const Fields& f, const DecodeContext& ctx, Op& op, bool increment, bool word_higher) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    const Mode target = static_cast<Mode>(f('m'));
    if (ctx.privilege == Privilege::pl0 || !is_valid_mode(f('m')) || target == Mode::hyp || target == Mode::mon)
        return Decoded::unpredictable;
    op.rd = static_cast<u8>(target);
    op.units = 2;
    set_offsets(op, increment, word_higher, f('W'));
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

Decoded rfe_row(const Fields& f, const DecodeContext& ctx, Op& op, bool increment, bool word_higher) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0 || f('n') == 15 || mid_it(ctx)) return Decoded::unpredictable;
    op.rn = static_cast<u8>(f('n'));
    op.units = 2;
    set_offsets(op, increment, word_higher, f('W'));
    op.flags |= op_ends_block | op_reads_mem | op_align_always | (2 << op_size_shift);
    return bind<&rfe>(op);
}

}  // namespace

// --- A32 ----------------------------------------------------------------------------------------------------------

namespace a32 {

Decoded SVC(const Fields& f, const DecodeContext& ctx, Op& op) { return svc_row(ctx, op, f('i'), 0x123456); }
Decoded HVC(const Fields& f, const DecodeContext& ctx, Op& op) { return hvc_row(f, ctx, op); }
Decoded SMC(const Fields& f, const DecodeContext& ctx, Op& op) { return smc_row(f, ctx, op); }
Decoded BKPT(const Fields& f, const DecodeContext&, Op& op) {
    return op.cond < 14 ? Decoded::unpredictable : bkpt_row(op, f('i'));
}
Decoded UDF(const Fields& f, const DecodeContext&, Op& op) { return udf_row(op, f('i')); }
Decoded ERET(const Fields& f, const DecodeContext& ctx, Op& op) {
    return ctx.features->virtualization ? eret_row(f, ctx, op) : Decoded::undefined;
}
Decoded SRS(const Fields& f, const DecodeContext& ctx, Op& op) { return srs_row(f, ctx, op, f('U'), f('P') == f('U')); }
Decoded RFE(const Fields& f, const DecodeContext& ctx, Op& op) { return rfe_row(f, ctx, op, f('U'), f('P') == f('U')); }

}  // namespace a32

// --- Thumb --------------------------------------------------------------------------------------------------------

namespace t16 {

Decoded SVC(const Fields& f, const DecodeContext& ctx, Op& op) { return svc_row(ctx, op, f('i'), 0xab); }
Decoded BKPT(const Fields& f, const DecodeContext&, Op& op) { return bkpt_row(op, f('i')); }
Decoded UDF(const Fields& f, const DecodeContext&, Op& op) { return udf_row(op, f('i')); }

}  // namespace t16

namespace t32 {

Decoded HVC(const Fields& f, const DecodeContext& ctx, Op& op) { return hvc_row(f, ctx, op); }
Decoded SMC(const Fields& f, const DecodeContext& ctx, Op& op) { return smc_row(f, ctx, op); }
Decoded UDF(const Fields& f, const DecodeContext&, Op& op) { return udf_row(op, f('i')); }
// Outside Hyp mode this is SUBS PC, LR, #0; without Hyp mode it is only that.
Decoded ERET(const Fields& f, const DecodeContext& ctx, Op& op) {
    return ctx.features->virtualization ? eret_row(f, ctx, op) : Decoded::not_this_row;
}
Decoded SRS_DB(const Fields& f, const DecodeContext& ctx, Op& op) { return srs_row(f, ctx, op, false, false); }
Decoded SRS_IA(const Fields& f, const DecodeContext& ctx, Op& op) { return srs_row(f, ctx, op, true, false); }
Decoded RFE_DB(const Fields& f, const DecodeContext& ctx, Op& op) { return rfe_row(f, ctx, op, false, false); }
Decoded RFE_IA(const Fields& f, const DecodeContext& ctx, Op& op) { return rfe_row(f, ctx, op, true, false); }

}  // namespace t32

}  // namespace vtoll::isa
