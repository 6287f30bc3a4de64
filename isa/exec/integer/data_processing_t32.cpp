// SPDX-License-Identifier: Apache-2.0
// 32-bit Thumb data-processing translators. ARM DDI 0406C §A6.3.1, §A6.3.3, §A6.3.11.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/data_processing.hpp"

namespace vtoll::isa {

namespace {

constexpr bool bad(u32 n) { return bad_reg<true>(n); }

/// ADD, SUB, CMP and CMN take SP as their first operand; only ADD and SUB of SP may write SP.
constexpr bool takes_sp(Alu o) { return o == Alu::ADD || o == Alu::SUB || o == Alu::CMP || o == Alu::CMN; }
bool registers_ok(Alu o, u32 d, u32 n) {
    if (!is_unary(o) && (takes_sp(o) ? n == 15 : bad(n))) return false;
    if (is_compare(o)) return true;
    if (d == 15) return false;
    return d != 13 || ((o == Alu::ADD || o == Alu::SUB) && n == 13);
}

Decoded immediate(const Fields& f, const DecodeContext&, Op& op, Alu o) {
    const u32 imm12 = f('i'), d = is_compare(o) ? 0 : f('d'), n = is_unary(o) ? 0 : f('n');
    const bool s = is_compare(o) || f('S');
    if (!registers_ok(o, d, n) || thumb_imm_unpredictable(imm12)) return Decoded::unpredictable;
    op.rd = static_cast<u8>(d);
    op.rn = static_cast<u8>(n);
    op.imm = ThumbExpandImm(imm12);
    return bind_alu(o, s, thumb_imm_rotated(imm12) ? Form::imm_c : Form::imm, op);
}

Decoded shifted(const Fields& f, const DecodeContext&, Op& op, Alu o) {
    const u32 d = is_compare(o) ? 0 : f('d'), n = is_unary(o) ? 0 : f('n'), m = f('m'), type = f('t'), imm5 = f('i');
    const bool s = is_compare(o) || f('S');
    if (!registers_ok(o, d, n) || bad(m)) return Decoded::unpredictable;
    if (d == 13 && (type != 0 || imm5 > 3)) return Decoded::unpredictable;  // ADD, SUB (SP plus/minus register)
    op.rd = static_cast<u8>(d);
    op.rn = static_cast<u8>(n);
    op.rm = static_cast<u8>(m);
    return bind_alu(o, s, immediate_shift(op, type, imm5), op);
}

Decoded shift_by_immediate(const Fields& f, Op& op, u32 type, u32 imm5) {
    if (bad_regs<true>(f('d'), f('m'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.rm = static_cast<u8>(f('m'));
    return bind_alu(Alu::MOV, f('S'), immediate_shift(op, type, imm5), op);
}

Decoded shift_by_register(const Fields& f, Op& op, u32 type) {
    if (bad_regs<true>(f('d'), f('n'), f('m'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.rm = static_cast<u8>(f('n'));
    op.ra = static_cast<u8>(f('m'));
    return bind_alu(Alu::MOV, f('S'), register_shift(type), op);
}

Decoded wide_immediate(const Fields& f, Op& op, Alu o) {
    const u32 d = f('d'), n = f('n'), imm = f('i');
    op.rd = static_cast<u8>(d);
    if (n == 15) {  // ADR: the result is known now
        if (bad(d)) return Decoded::unpredictable;
        const u32 base = literal_base(op, true);
        op.imm = o == Alu::ADD ? base + imm : base - imm;
        return bind_alu(Alu::MOV, false, Form::imm, op);
    }
    if (d == 15 || (d == 13 && n != 13)) return Decoded::unpredictable;
    op.rn = static_cast<u8>(n);
    op.imm = imm;
    return bind_alu(o, false, Form::imm, op);
}

void move_top(CpuState& s, const Op& op) { s.r[op.rd] = (s.r[op.rd] & 0xffff) | op.imm; }

}  // namespace

namespace t32 {

#define ARGS const Fields &f, const DecodeContext &ctx, Op &op
#define OPERATION(o)                                                \
    Decoded o##_imm(ARGS) { return immediate(f, ctx, op, Alu::o); } \
    Decoded o##_reg(ARGS) { return shifted(f, ctx, op, Alu::o); }
OPERATION(AND)
OPERATION(BIC)
OPERATION(ORR)
OPERATION(ORN)
OPERATION(EOR)
OPERATION(ADD)
OPERATION(ADC)
OPERATION(SBC)
OPERATION(SUB)
OPERATION(RSB)
OPERATION(TST)
OPERATION(TEQ)
OPERATION(CMN)
OPERATION(CMP)
OPERATION(MVN)
#undef OPERATION
Decoded MOV_imm(ARGS) { return immediate(f, ctx, op, Alu::MOV); }
#undef ARGS

Decoded MOV_reg(const Fields& f, const DecodeContext&, Op& op) {
    const u32 d = f('d'), m = f('m');
    const bool ok = f('S') ? !bad(d) && !bad(m) : d != 15 && m != 15 && !(d == 13 && m == 13);
    if (!ok) return Decoded::unpredictable;
    op.rd = static_cast<u8>(d);
    op.rm = static_cast<u8>(m);
    return bind_alu(Alu::MOV, f('S'), Form::reg, op);
}
Decoded LSL_imm(const Fields& f, const DecodeContext&, Op& op) { return shift_by_immediate(f, op, 0, f('i')); }
Decoded LSR_imm(const Fields& f, const DecodeContext&, Op& op) { return shift_by_immediate(f, op, 1, f('i')); }
Decoded ASR_imm(const Fields& f, const DecodeContext&, Op& op) { return shift_by_immediate(f, op, 2, f('i')); }
Decoded ROR_imm(const Fields& f, const DecodeContext&, Op& op) { return shift_by_immediate(f, op, 3, f('i')); }
Decoded RRX(const Fields& f, const DecodeContext&, Op& op) { return shift_by_immediate(f, op, 3, 0); }
Decoded LSL_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 0); }
Decoded LSR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 1); }
Decoded ASR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 2); }
Decoded ROR_reg(const Fields& f, const DecodeContext&, Op& op) { return shift_by_register(f, op, 3); }

Decoded ADDW(const Fields& f, const DecodeContext&, Op& op) { return wide_immediate(f, op, Alu::ADD); }
Decoded SUBW(const Fields& f, const DecodeContext&, Op& op) { return wide_immediate(f, op, Alu::SUB); }

Decoded MOVW(const Fields& f, const DecodeContext&, Op& op) {
    if (bad(f('d'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.imm = (f('j') << 12) | f('i');
    return bind_alu(Alu::MOV, false, Form::imm, op);
}
Decoded MOVT(const Fields& f, const DecodeContext&, Op& op) {
    if (bad(f('d'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.imm = ((f('j') << 12) | f('i')) << 16;
    return bind<&move_top>(op);
}

Decoded SUBS_PC_LR(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (f('i') == 0) return Decoded::not_this_row;  // SEE ERET
    if (mid_it(ctx)) return Decoded::unpredictable;
    op.rd = 15;
    op.rn = 14;
    op.imm = f('i');
    return bind_alu_return(Alu::SUB, Form::imm, ctx, op);
}

}  // namespace t32

}  // namespace vtoll::isa
