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

/// The form of an immediate shift; op.amount gets the distance.
inline Form immediate_shift(Op& op, u32 type, u32 imm5) {
    const ShiftSpec s = DecodeImmShift(type, imm5);
    op.amount = s.amount;
    if (s.amount == 0) return Form::reg;
    return static_cast<Form>(static_cast<u8>(Form::lsl) + static_cast<u8>(s.type));
}
inline Form register_shift(u32 type) { return static_cast<Form>(static_cast<u8>(Form::reg_lsl) + type); }

/// Binds the handler. Operands: rd, rn; imm | rm | rm and amount | rm and ra (the register that holds the amount).
Decoded bind_alu(Alu o, bool s, Form form, Op& op);

/// The same with Rd = PC: a branch by ALUWritePC.
Decoded bind_alu_branch(Alu o, Form form, Op& op);
/// With S and Rd = PC: exception return, ARM DDI 0406C §B9.3.20. UNDEFINED in Hyp mode, UNPREDICTABLE in User mode.
Decoded bind_alu_return(Alu o, Form form, const DecodeContext& ctx, Op& op);

}  // namespace vtoll::isa
