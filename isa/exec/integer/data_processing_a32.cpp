// SPDX-License-Identifier: Apache-2.0
// A32 data-processing translators. ARM DDI 0406C §A5.2.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/data_processing.hpp"

namespace vtoll::isa {

namespace {

bool sets_flags(const Fields& f, Alu o) { return is_compare(o) || f('S'); }

/// The end that all A32 forms share: plain, PC written, or exception return.
Decoded finish(Alu o, bool s, Form form, const DecodeContext& ctx, Op& op) {
    if (op.rd != 15 || is_compare(o)) return bind_alu(o, s, form, op);
    return s ? bind_alu_return(o, form, ctx, op) : bind_alu_branch(o, form, op);
}

Decoded immediate(const Fields& f, const DecodeContext& ctx, Op& op, Alu o) {
    const u32 imm12 = f('i');
    const bool s = sets_flags(f, o);
    op.imm = ARMExpandImm(imm12);
    if (!is_compare(o)) op.rd = static_cast<u8>(f('d'));
    if (!is_unary(o)) {
        if (f('n') == 15 && !s && (o == Alu::ADD || o == Alu::SUB)) {  // ADR: the result is known now
            const u32 base = literal_base(op, false);
            op.imm = o == Alu::ADD ? base + op.imm : base - op.imm;
            return finish(Alu::MOV, false, Form::imm, ctx, op);
        }
        op.rn = source(op, f('n'));
    }
    return finish(o, s, arm_imm_rotated(imm12) ? Form::imm_c : Form::imm, ctx, op);
}

Decoded shifted(const Fields& f, const DecodeContext& ctx, Op& op, Alu o, u32 type, u32 imm5) {
    if (!is_compare(o)) op.rd = static_cast<u8>(f('d'));
    if (!is_unary(o)) op.rn = source(op, f('n'));
    op.rm = source(op, f('m'));
    return finish(o, sets_flags(f, o), immediate_shift(op, type, imm5), ctx, op);
}

Decoded by_register(const Fields& f, Op& op, Alu o) {
    const u32 d = is_compare(o) ? 0 : f('d'), n = is_unary(o) ? 0 : f('n'), m = f('m'), s = f('s');
    if (d == 15 || n == 15 || m == 15 || s == 15) return Decoded::unpredictable;
    op.rd = static_cast<u8>(d);
    op.rn = static_cast<u8>(n);
    op.rm = static_cast<u8>(m);
    op.ra = static_cast<u8>(s);
    return bind_alu(o, sets_flags(f, o), register_shift(f('t')), op);
}

/// LSL, LSR, ASR, ROR (register).
Decoded shift_by_register(const Fields& f, Op& op, u32 type) {
    if (bad_regs<false>(f('d'), f('n'), f('m'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.rm = static_cast<u8>(f('n'));
    op.ra = static_cast<u8>(f('m'));
    return bind_alu(Alu::MOV, f('S'), register_shift(type), op);
}

void move_top(CpuState& s, const Op& op) { s.r[op.rd] = (s.r[op.rd] & 0xffff) | op.imm; }

}  // namespace

namespace a32 {

#define ARGS const Fields &f, const DecodeContext &ctx, Op &op
#define OPERATION(o)                                                              \
    Decoded o##_imm(ARGS) { return immediate(f, ctx, op, Alu::o); }               \
    Decoded o##_reg(ARGS) { return shifted(f, ctx, op, Alu::o, f('t'), f('i')); } \
    Decoded o##_rsr(const Fields& f, const DecodeContext&, Op& op) { return by_register(f, op, Alu::o); }
OPERATION(AND)
OPERATION(EOR)
OPERATION(SUB)
OPERATION(RSB)
OPERATION(ADD)
OPERATION(ADC)
OPERATION(SBC)
OPERATION(RSC)
OPERATION(TST)
OPERATION(TEQ)
OPERATION(CMP)
OPERATION(CMN)
OPERATION(ORR)
OPERATION(BIC)
OPERATION(MVN)
#undef OPERATION

Decoded MOV_imm(ARGS) { return immediate(f, ctx, op, Alu::MOV); }
Decoded MOV_reg(ARGS) { return shifted(f, ctx, op, Alu::MOV, 0, 0); }
Decoded LSL_imm(ARGS) { return shifted(f, ctx, op, Alu::MOV, 0, f('i')); }
Decoded LSR_imm(ARGS) { return shifted(f, ctx, op, Alu::MOV, 1, f('i')); }
Decoded ASR_imm(ARGS) { return shifted(f, ctx, op, Alu::MOV, 2, f('i')); }
Decoded ROR_imm(ARGS) { return shifted(f, ctx, op, Alu::MOV, 3, f('i')); }
Decoded RRX(ARGS) { return shifted(f, ctx, op, Alu::MOV, 3, 0); }
#undef ARGS

Decoded LSL_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 0); }
Decoded LSR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 1); }
Decoded ASR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 2); }
Decoded ROR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 3); }

Decoded MOVW(const Fields& f, const DecodeContext&, Op& op) {
    if (f('d') == 15) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.imm = f('i');
    return bind_alu(Alu::MOV, false, Form::imm, op);
}
Decoded MOVT(const Fields& f, const DecodeContext&, Op& op) {
    if (f('d') == 15) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.imm = f('i') << 16;
    return bind<&move_top>(op);
}

}  // namespace a32

}  // namespace vtoll::isa
