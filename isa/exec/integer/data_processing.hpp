// SPDX-License-Identifier: Apache-2.0
// Data processing: the operation, how its second operand is made, and the handler for both.
#pragma once

#include "isa/encodings/encoding.hpp"
#include "isa/exec/integer/shift.hpp"

namespace vtoll::isa {

/// Operations, in the order of the A32 opcode field; ORN exists in T32 only.
enum class Alu : u8 { AND, EOR, SUB, RSB, ADD, ADC, SBC, RSC, TST, TEQ, CMP, CMN, ORR, MOV, BIC, MVN, ORN, count };

/// How the second operand is made. `imm_c`: a rotated constant, whose bit 31 is the shifter's carry out.
enum class Form : u8 { imm, imm_c, reg, lsl, lsr, asr, ror, rrx, reg_lsl, reg_lsr, reg_asr, reg_ror, count };

constexpr bool is_compare(Alu o) { return o >= Alu::TST && o <= Alu::CMN; }
constexpr bool is_unary(Alu o) { return o == Alu::MOV || o == Alu::MVN; }
constexpr bool is_logical(Alu o) {
    return o == Alu::AND || o == Alu::EOR || o == Alu::TST || o == Alu::TEQ || o >= Alu::ORR;
}

/// The second operand of an encoding.
struct Operand2 {
    Form form;
    u32 imm = 0;     ///< Form::imm, imm_c
    u32 m = 0;       ///< register
    u32 amount = 0;  ///< distance of a shift by immediate
    u32 s = 0;       ///< register that holds the distance
};
constexpr Operand2 constant(u32 imm, bool rotated = false) {
    return {.form = rotated ? Form::imm_c : Form::imm, .imm = imm};
}
constexpr Operand2 plain_register(u32 m) { return {.form = Form::reg, .m = m}; }
constexpr Operand2 immediate_shift(u32 m, u32 type, u32 imm5) {
    const ShiftSpec s = DecodeImmShift(type, imm5);
    if (s.amount == 0) return plain_register(m);
    return {
        .form = static_cast<Form>(static_cast<u8>(Form::lsl) + static_cast<u8>(s.type)), .m = m, .amount = s.amount};
}
constexpr Operand2 register_shift(u32 m, u32 type, u32 s) {
    return {.form = static_cast<Form>(static_cast<u8>(Form::reg_lsl) + type), .m = m, .s = s};
}

/// What an encoding says. `d` does not matter to comparisons, `n` to moves.
struct AluOperation {
    Alu o;
    bool s;  ///< sets the flags; comparisons always do
    u32 d = 0, n = 0;
    Operand2 y;
};

/// Fills the op, states its roles and binds the handler.
Decoded bind_alu(const AluOperation& x, Decoding& op);
/// The same with Rd = PC: a branch by ALUWritePC.
Decoded bind_alu_branch(const AluOperation& x, Decoding& op);
/// With S and Rd = PC: exception return, ARM DDI 0406C §B9.3.20. UNDEFINED in Hyp mode, UNPREDICTABLE in User mode.
Decoded bind_alu_return(const AluOperation& x, const DecodeContext& ctx, Decoding& op);
/// MOVT: the upper half of Rd.
Decoded bind_move_top(u32 d, u32 imm16, Decoding& op);

}  // namespace vtoll::isa
