// SPDX-License-Identifier: Apache-2.0
// 16-bit Thumb data-processing translators. ARM DDI 0406C §A6.2. Outside IT blocks they set the flags.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/data_processing.hpp"

namespace vtoll::isa {

namespace {

/// Rd, Rn and an immediate.
Decoded immediate(const DecodeContext& ctx, Op& op, Alu o, u32 d, u32 n, u32 imm) {
    op.rd = static_cast<u8>(d);
    op.rn = static_cast<u8>(n);
    op.imm = imm;
    return bind_alu(o, !ctx.in_it(), Form::imm, op);
}
/// Rd, Rn, Rm.
Decoded registers(const DecodeContext& ctx, Op& op, Alu o, u32 d, u32 n, u32 m) {
    op.rd = static_cast<u8>(d);
    op.rn = static_cast<u8>(n);
    op.rm = static_cast<u8>(m);
    return bind_alu(o, !ctx.in_it(), Form::reg, op);
}
Decoded shift_by_immediate(const Fields& f, const DecodeContext& ctx, Op& op, u32 type) {
    op.rd = static_cast<u8>(f('d'));
    op.rm = static_cast<u8>(f('m'));
    return bind_alu(Alu::MOV, !ctx.in_it(), immediate_shift(op, type, f('i')), op);
}
Decoded shift_by_register(const Fields& f, const DecodeContext& ctx, Op& op, u32 type) {
    op.rd = op.rm = static_cast<u8>(f('d'));
    op.ra = static_cast<u8>(f('m'));
    return bind_alu(Alu::MOV, !ctx.in_it(), register_shift(type), op);
}
/// SP-relative and high-register additions and moves: no flags, whatever the IT state.
Decoded no_flags(const DecodeContext& ctx, Op& op, Alu o, Form form, u32 d) {
    op.rd = static_cast<u8>(d);
    if (d != 15) return bind_alu(o, false, form, op);
    return mid_it(ctx) ? Decoded::unpredictable : bind_alu_branch(o, form, op);
}

}  // namespace

namespace t16 {

#define ARGS const Fields &f, const DecodeContext &ctx, Op &op
Decoded LSL_imm(ARGS) { return shift_by_immediate(f, ctx, op, 0); }
Decoded LSR_imm(ARGS) { return shift_by_immediate(f, ctx, op, 1); }
Decoded ASR_imm(ARGS) { return shift_by_immediate(f, ctx, op, 2); }
Decoded MOV_low(ARGS) {
    if (ctx.in_it()) return Decoded::unpredictable;
    return registers(ctx, op, Alu::MOV, f('d'), 0, f('m'));
}
Decoded ADD_reg(ARGS) { return registers(ctx, op, Alu::ADD, f('d'), f('n'), f('m')); }
Decoded SUB_reg(ARGS) { return registers(ctx, op, Alu::SUB, f('d'), f('n'), f('m')); }
Decoded ADD_imm3(ARGS) { return immediate(ctx, op, Alu::ADD, f('d'), f('n'), f('i')); }
Decoded SUB_imm3(ARGS) { return immediate(ctx, op, Alu::SUB, f('d'), f('n'), f('i')); }
Decoded MOV_imm(ARGS) { return immediate(ctx, op, Alu::MOV, f('d'), 0, f('i')); }
Decoded CMP_imm(ARGS) { return immediate(ctx, op, Alu::CMP, 0, f('n'), f('i')); }
Decoded ADD_imm8(ARGS) { return immediate(ctx, op, Alu::ADD, f('d'), f('d'), f('i')); }
Decoded SUB_imm8(ARGS) { return immediate(ctx, op, Alu::SUB, f('d'), f('d'), f('i')); }

Decoded AND_reg(ARGS) { return registers(ctx, op, Alu::AND, f('d'), f('d'), f('m')); }
Decoded EOR_reg(ARGS) { return registers(ctx, op, Alu::EOR, f('d'), f('d'), f('m')); }
Decoded LSL_reg(ARGS) { return shift_by_register(f, ctx, op, 0); }
Decoded LSR_reg(ARGS) { return shift_by_register(f, ctx, op, 1); }
Decoded ASR_reg(ARGS) { return shift_by_register(f, ctx, op, 2); }
Decoded ADC_reg(ARGS) { return registers(ctx, op, Alu::ADC, f('d'), f('d'), f('m')); }
Decoded SBC_reg(ARGS) { return registers(ctx, op, Alu::SBC, f('d'), f('d'), f('m')); }
Decoded ROR_reg(ARGS) { return shift_by_register(f, ctx, op, 3); }
Decoded TST_reg(ARGS) { return registers(ctx, op, Alu::TST, 0, f('n'), f('m')); }
Decoded RSB_imm(ARGS) { return immediate(ctx, op, Alu::RSB, f('d'), f('n'), 0); }
Decoded CMP_reg(ARGS) { return registers(ctx, op, Alu::CMP, 0, f('n'), f('m')); }
Decoded CMN_reg(ARGS) { return registers(ctx, op, Alu::CMN, 0, f('n'), f('m')); }
Decoded ORR_reg(ARGS) { return registers(ctx, op, Alu::ORR, f('d'), f('d'), f('m')); }
Decoded BIC_reg(ARGS) { return registers(ctx, op, Alu::BIC, f('d'), f('d'), f('m')); }
Decoded MVN_reg(ARGS) { return registers(ctx, op, Alu::MVN, f('d'), 0, f('m')); }

Decoded ADD_high(ARGS) {
    if (f('d') == 15 && f('m') == 15) return Decoded::unpredictable;
    op.rn = source(op, f('d'));
    op.rm = source(op, f('m'));
    return no_flags(ctx, op, Alu::ADD, Form::reg, f('d'));
}
Decoded CMP_high(const Fields& f, const DecodeContext&, Op& op) {
    const u32 n = f('n'), m = f('m');
    if ((n < 8 && m < 8) || n == 15 || m == 15) return Decoded::unpredictable;
    op.rn = static_cast<u8>(n);
    op.rm = static_cast<u8>(m);
    return bind_alu(Alu::CMP, true, Form::reg, op);
}
Decoded MOV_high(ARGS) {
    op.rm = source(op, f('m'));
    return no_flags(ctx, op, Alu::MOV, Form::reg, f('d'));
}
Decoded ADR(ARGS) {
    op.imm = literal_base(op, true) + f('i') * 4;
    return no_flags(ctx, op, Alu::MOV, Form::imm, f('d'));
}
Decoded ADD_sp_imm(ARGS) {
    op.rn = 13;
    op.imm = f('i') * 4;
    return no_flags(ctx, op, Alu::ADD, Form::imm, f('d'));
}
Decoded ADD_sp(ARGS) {
    op.rn = 13;
    op.imm = f('i') * 4;
    return no_flags(ctx, op, Alu::ADD, Form::imm, 13);
}
Decoded SUB_sp(ARGS) {
    op.rn = 13;
    op.imm = f('i') * 4;
    return no_flags(ctx, op, Alu::SUB, Form::imm, 13);
}
#undef ARGS

}  // namespace t16

}  // namespace vtoll::isa
