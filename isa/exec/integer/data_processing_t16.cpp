// SPDX-License-Identifier: Apache-2.0
// 16-bit Thumb data-processing translators. ARM DDI 0406C §A6.2. Outside IT blocks they set the flags.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/data_processing.hpp"

namespace vtoll::isa {

namespace {

Decoded sets_flags(const DecodeContext& ctx, Decoding& op, Alu o, u32 d, u32 n, const Operand2& y) {
    return bind_alu({o, !ctx.in_it(), d, n, y}, op);
}
/// Rd, Rn and an immediate.
Decoded immediate(const DecodeContext& ctx, Decoding& op, Alu o, u32 d, u32 n, u32 imm) {
    return sets_flags(ctx, op, o, d, n, constant(imm));
}
/// Rd, Rn, Rm.
Decoded registers(const DecodeContext& ctx, Decoding& op, Alu o, u32 d, u32 n, u32 m) {
    return sets_flags(ctx, op, o, d, n, plain_register(m));
}
Decoded shift_by_immediate(auto f, const DecodeContext& ctx, Decoding& op, u32 type) {
    return sets_flags(ctx, op, Alu::MOV, f('d'), 0, immediate_shift(f('m'), type, f('i')));
}
Decoded shift_by_register(auto f, const DecodeContext& ctx, Decoding& op, u32 type) {
    return sets_flags(ctx, op, Alu::MOV, f('d'), 0, register_shift(f('d'), type, f('m')));
}
/// SP-relative and high-register additions and moves: no flags, whatever the IT state.
Decoded no_flags(const DecodeContext& ctx, Decoding& op, Alu o, u32 d, u32 n, const Operand2& y) {
    const AluOperation x{o, false, d, n, y};
    if (d != 15) return bind_alu(x, op);
    return mid_it(ctx) ? Decoded::unpredictable : bind_alu_branch(x, op);
}

}  // namespace

VTOLL_TRANSLATE(t16, LSL_imm) { return shift_by_immediate(f, ctx, op, 0); }
VTOLL_TRANSLATE(t16, LSR_imm) { return shift_by_immediate(f, ctx, op, 1); }
VTOLL_TRANSLATE(t16, ASR_imm) { return shift_by_immediate(f, ctx, op, 2); }
VTOLL_TRANSLATE(t16, MOV_low) {
    if (ctx.in_it()) return Decoded::unpredictable;
    return registers(ctx, op, Alu::MOV, f('d'), 0, f('m'));
}
VTOLL_TRANSLATE(t16, ADD_reg) { return registers(ctx, op, Alu::ADD, f('d'), f('n'), f('m')); }
VTOLL_TRANSLATE(t16, SUB_reg) { return registers(ctx, op, Alu::SUB, f('d'), f('n'), f('m')); }
VTOLL_TRANSLATE(t16, ADD_imm3) { return immediate(ctx, op, Alu::ADD, f('d'), f('n'), f('i')); }
VTOLL_TRANSLATE(t16, SUB_imm3) { return immediate(ctx, op, Alu::SUB, f('d'), f('n'), f('i')); }
VTOLL_TRANSLATE(t16, MOV_imm) { return immediate(ctx, op, Alu::MOV, f('d'), 0, f('i')); }
VTOLL_TRANSLATE(t16, CMP_imm) { return immediate(ctx, op, Alu::CMP, 0, f('n'), f('i')); }
VTOLL_TRANSLATE(t16, ADD_imm8) { return immediate(ctx, op, Alu::ADD, f('d'), f('d'), f('i')); }
VTOLL_TRANSLATE(t16, SUB_imm8) { return immediate(ctx, op, Alu::SUB, f('d'), f('d'), f('i')); }

VTOLL_TRANSLATE(t16, AND_reg) { return registers(ctx, op, Alu::AND, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, EOR_reg) { return registers(ctx, op, Alu::EOR, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, LSL_reg) { return shift_by_register(f, ctx, op, 0); }
VTOLL_TRANSLATE(t16, LSR_reg) { return shift_by_register(f, ctx, op, 1); }
VTOLL_TRANSLATE(t16, ASR_reg) { return shift_by_register(f, ctx, op, 2); }
VTOLL_TRANSLATE(t16, ADC_reg) { return registers(ctx, op, Alu::ADC, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, SBC_reg) { return registers(ctx, op, Alu::SBC, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, ROR_reg) { return shift_by_register(f, ctx, op, 3); }
VTOLL_TRANSLATE(t16, TST_reg) { return registers(ctx, op, Alu::TST, 0, f('n'), f('m')); }
VTOLL_TRANSLATE(t16, RSB_imm) { return immediate(ctx, op, Alu::RSB, f('d'), f('n'), 0); }
VTOLL_TRANSLATE(t16, CMP_reg) { return registers(ctx, op, Alu::CMP, 0, f('n'), f('m')); }
VTOLL_TRANSLATE(t16, CMN_reg) { return registers(ctx, op, Alu::CMN, 0, f('n'), f('m')); }
VTOLL_TRANSLATE(t16, ORR_reg) { return registers(ctx, op, Alu::ORR, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, BIC_reg) { return registers(ctx, op, Alu::BIC, f('d'), f('d'), f('m')); }
VTOLL_TRANSLATE(t16, MVN_reg) { return registers(ctx, op, Alu::MVN, f('d'), 0, f('m')); }

VTOLL_TRANSLATE(t16, ADD_high) {
    if (f('d') == 15 && f('m') == 15) return Decoded::unpredictable;
    return no_flags(ctx, op, Alu::ADD, f('d'), f('d'), plain_register(f('m')));
}
VTOLL_TRANSLATE(t16, CMP_high) {
    const u32 n = f('n'), m = f('m');
    if ((n < 8 && m < 8) || n == 15 || m == 15) return Decoded::unpredictable;
    return bind_alu({Alu::CMP, true, 0, n, plain_register(m)}, op);
}
VTOLL_TRANSLATE(t16, MOV_high) { return no_flags(ctx, op, Alu::MOV, f('d'), 0, plain_register(f('m'))); }
VTOLL_TRANSLATE(t16, ADR) {
    uses_own_address(op);
    return no_flags(ctx, op, Alu::MOV, f('d'), 0, constant(literal_base(op, true) + f('i') * 4));
}
VTOLL_TRANSLATE(t16, ADD_sp_imm) { return no_flags(ctx, op, Alu::ADD, f('d'), 13, constant(f('i') * 4)); }
VTOLL_TRANSLATE(t16, ADD_sp) { return no_flags(ctx, op, Alu::ADD, 13, 13, constant(f('i') * 4)); }
VTOLL_TRANSLATE(t16, SUB_sp) { return no_flags(ctx, op, Alu::SUB, 13, 13, constant(f('i') * 4)); }

}  // namespace vtoll::isa
