// SPDX-License-Identifier: Apache-2.0
// Access to the PSRs of the current mode: MRS, MSR, CPS, SETEND. ARM DDI 0406C §B9.3.2, §B9.3.8, §B9.3.11-12,
// §A8.8.157.
#include "isa/exec/system/psr.hpp"

#include <bit>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

bool may_write_mode(const CpuState& s, u32 mode, bool exception_return) {
    const Mode to = static_cast<Mode>(mode);
    // Without EL3 everything is Non-secure when there is a Hyp mode: Monitor mode does not exist.
    if (!is_valid_mode(mode) || to == Mode::mon) return false;
    if (to == s.mode()) return true;
    if (to == Mode::hyp) return false;                 // only an exception enters Hyp mode
    return exception_return || s.mode() != Mode::hyp;  // and only a return leaves it
}

void CPSRWriteByInstr(CpuState& s, u32 value, u32 mask) {
    const bool privileged = s.mode() != Mode::usr;
    u32 writable = 0;
    if (mask & 8) {
        s.set_nzcv(value);
        writable |= psr::Q;
    }
    if (mask & 4) writable |= psr::GE;
    if (mask & 2) writable |= psr::E | (privileged ? psr::A : 0);
    if ((mask & 1) && privileged) writable |= psr::I | psr::F;

    const u32 before = s.psr;
    s.psr = (before & ~writable) | (value & writable);
    if ((mask & 1) && privileged && (value & psr::M) != (before & psr::M) && may_write_mode(s, value & psr::M, false))
        s.switch_mode(static_cast<Mode>(value & psr::M));
    if ((before ^ s.psr) & psr::E) s.refresh_l0_ctx();
    if (before & ~s.psr & (psr::A | psr::I | psr::F)) s.env->interrupts_changed();
}

void SPSRWriteByInstr(CpuState& s, u32 value, u32 mask) {
    constexpr u32 byte_mask[4] = {0xff, 0xff00, 0x000f'0000, 0xff00'0000};
    u32 writable = 0;
    for (unsigned i = 0; i < 4; ++i)
        if (mask & (1u << i)) writable |= byte_mask[i];
    s.spsr() = (s.spsr() & ~writable) | (value & writable);
}

namespace {

constexpr u32 cpsr_readable = 0xf8ff'03df;  // not the execution state bits IT, J, T

bool has_spsr(const CpuState& s) { return bank_of(s.mode()) != bank_usr; }

void mrs_cpsr(CpuState& s, const Op& op) { s.r[op.rd] = s.cpsr() & cpsr_readable; }
const Op* mrs_spsr(CpuState& s, const Op* op) {
    if (!has_spsr(s)) return TakeUndefInstrException(s, op);
    s.r[op->rd] = s.spsr();
    VTOLL_NEXT(s, op);
}

/// op.shift: how an instruction that sets the CPSR says what it sets.
enum StatusForm : u8 { msr_of_register, msr_of_constant, change_of_state, change_of_endianness };

template <bool Reg>
u32 operand(const CpuState& s, const Op& op) {
    return Reg ? s.r[op.rn] : op.imm;
}

/// MSR to bits that do not change what may run next.
template <bool Reg>
void msr_flags(CpuState& s, const Op& op) {
    CPSRWriteByInstr(s, operand<Reg>(s, op), op.aux);
}
/// MSR that may change mode or masks: the block ends here, by a look-up when the privilege is another.
template <bool Reg>
const Op* msr_control(CpuState& s, const Op* op) {
    const Privilege before = s.privilege();
    CPSRWriteByInstr(s, operand<Reg>(s, *op), op->aux);
    if (s.privilege() != before) return leave_block(s, op);
    VTOLL_NEXT(s, op);
}
template <bool Reg>
const Op* msr_spsr(CpuState& s, const Op* op) {
    if (!has_spsr(s)) return TakeUndefInstrException(s, op);
    SPSRWriteByInstr(s, operand<Reg>(s, *op), op->aux);
    VTOLL_NEXT(s, op);
}

template <bool Reg>
Decoded msr(auto f, const DecodeContext& ctx, Decoding& op) {
    op.aux = f('m');
    if (op.aux == 0) return Decoded::unpredictable;
    op.properties.system = SystemCost::psr_write;
    op.properties.sets = f('R') ? Sets::spsr : op.aux & 3 ? Sets::cpsr : Sets::nothing;
    op.shift = Reg ? msr_of_register : msr_of_constant;
    if (!f('R') && op.aux & 8) writes_flags(op, flag::NZCV | flag::Q);
    if (!f('R') && op.aux & 4) writes_flags(op, flag::GE);
    if (f('R')) return ctx.privilege == Privilege::pl0 ? Decoded::unpredictable : bind<&msr_spsr<Reg>>(op);
    if (ctx.privilege == Privilege::pl0 || !(op.aux & 3)) return bind<&msr_flags<Reg>>(op);
    op.flags |= op_ends_block;
    return bind<&msr_control<Reg>>(op);
}

template <bool Thumb>
Decoded mrs(auto f, const DecodeContext& ctx, Decoding& op) {
    if (bad_reg<Thumb>(f('d'))) return Decoded::unpredictable;
    op.properties.system = SystemCost::psr_read;
    op.rd = writes(op, f('d'));
    if (!f('R')) {
        reads_flags(op, flag::apsr);
        return bind<&mrs_cpsr>(op);
    }
    return ctx.privilege == Privilege::pl0 ? Decoded::unpredictable : bind<&mrs_spsr>(op);
}
template <bool Thumb>
Decoded msr_reg(auto f, const DecodeContext& ctx, Decoding& op) {
    if (bad_reg<Thumb>(f('n'))) return Decoded::unpredictable;
    op.rn = reads(op, f('n'));
    return msr<true>(f, ctx, op);
}

// --- CPS ----------------------------------------------------------------------------------------------------------

void no_effect(CpuState&, const Op&) {}

/// CPSID without a mode: sets masks, so nothing becomes takeable and the block goes on.
void cps_disable(CpuState& s, const Op& op) { s.psr |= op.imm; }

/// op.imm: masks to set, op.aux: masks to clear, op.rd: mode, or 0 for none.
const Op* cps(CpuState& s, const Op* op) {
    const Privilege before = s.privilege();
    u32 value = (s.cpsr() | op->imm) & ~op->aux;
    if (op->rd) value = (value & ~psr::M) | op->rd;
    CPSRWriteByInstr(s, value, 0xf);
    if (s.privilege() != before) return leave_block(s, op);
    VTOLL_NEXT(s, op);
}

/// `aif`: A, I, F in bits 2..0, the order of the PSR's bits 8..6.
Decoded cps_row(const DecodeContext& ctx, Decoding& op, u32 imod, bool change_mode, u32 aif, u32 mode) {
    const bool enable = imod == 2, disable = imod == 3;
    if (ctx.in_it() || imod == 1 || (aif != 0) != (enable || disable)) return Decoded::unpredictable;
    if (!change_mode && (mode || !imod)) return Decoded::unpredictable;
    op.cond = 14;
    op.properties.system = SystemCost::psr_write;
    op.properties.sets = Sets::cpsr;
    op.shift = change_of_state;
    if (ctx.privilege == Privilege::pl0) return bind<&no_effect>(op);
    op.imm = disable ? aif << 6 : 0;
    op.aux = enable ? aif << 6 : 0;
    if (!change_mode && disable) return bind<&cps_disable>(op);
    if (change_mode && !is_valid_mode(mode)) return Decoded::unpredictable;
    op.rd = static_cast<u8>(change_mode ? mode : 0);
    op.flags |= op_ends_block;
    return bind<&cps>(op);
}

// --- SETEND -------------------------------------------------------------------------------------------------------

void setend(CpuState& s, const Op& op) {
    s.psr = (s.psr & ~psr::E) | op.imm;
    s.refresh_l0_ctx();
}
Decoded setend_row(const DecodeContext& ctx, Decoding& op, bool big) {
    if (ctx.in_it()) return Decoded::unpredictable;
    op.properties.system = SystemCost::psr_write;
    op.properties.sets = Sets::cpsr;
    op.shift = change_of_endianness;
    op.imm = big ? psr::E : 0;
    op.cond = 14;
    return bind<&setend>(op);
}

}  // namespace

u32 status_written(const CpuState& s, const Op& op) {
    constexpr u32 low = 0xffff & ~(psr::IT | psr::T);
    const u32 before = s.psr;
    switch (static_cast<StatusForm>(op.shift)) {
    case msr_of_register:
    case msr_of_constant: {
        const u32 source = op.shift == msr_of_constant ? op.imm : s.r[op.rn];
        const u32 mask = (op.aux & 1 ? 0xffu : 0) | (op.aux & 2 ? 0xff00u : 0);
        return ((before & ~mask) | (source & mask)) & low;
    }
    case change_of_state: {
        const u32 value = (before | op.imm) & ~op.aux;
        return (op.rd ? (value & ~psr::M) | op.rd : value) & low;
    }
    case change_of_endianness: break;
    }
    return ((before & ~psr::E) | op.imm) & low;
}

VTOLL_A32_T32(MRS, mrs)
VTOLL_A32_T32(MSR_reg, msr_reg)

VTOLL_TRANSLATE(a32, MSR_imm) {
    op.imm = std::rotr(f('i') & 0xff, static_cast<int>(2 * (f('i') >> 8)));
    return msr<false>(f, ctx, op);
}

VTOLL_TRANSLATE(a32, CPS) { return cps_row(ctx, op, f('i'), f('M'), f('a'), f('m')); }
VTOLL_TRANSLATE(t16, CPS) { return cps_row(ctx, op, 2 | f('i'), false, f('a'), 0); }
VTOLL_TRANSLATE(t32, CPS) { return cps_row(ctx, op, f('i'), f('M'), f('a'), f('m')); }

VTOLL_TRANSLATE(a32, SETEND) { return setend_row(ctx, op, f('e')); }
VTOLL_TRANSLATE(t16, SETEND) { return setend_row(ctx, op, f('e')); }

}  // namespace vtoll::isa
