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

Decoded immediate(auto f, Decoding& op, Alu o) {
    const u32 imm12 = f('i'), d = f('d', 0), n = f('n', 0);
    if (!registers_ok(o, d, n) || thumb_imm_unpredictable(imm12)) return Decoded::unpredictable;
    const Operand2 y = constant(ThumbExpandImm(imm12), thumb_imm_rotated(imm12));
    return bind_alu({o, is_compare(o) || f('S', 0), d, n, y}, op);
}

Decoded shifted(auto f, Decoding& op, Alu o) {
    const u32 d = f('d', 0), n = f('n', 0), m = f('m'), type = f('t'), imm5 = f('i');
    if (!registers_ok(o, d, n) || bad(m)) return Decoded::unpredictable;
    if (d == 13 && (type != 0 || imm5 > 3)) return Decoded::unpredictable;  // ADD, SUB (SP plus/minus register)
    return bind_alu({o, is_compare(o) || f('S', 0), d, n, immediate_shift(m, type, imm5)}, op);
}

Decoded shift_by_immediate(auto f, Decoding& op, u32 type, u32 imm5) {
    if (bad_regs<true>(f('d'), f('m'))) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, f('S') != 0, f('d'), 0, immediate_shift(f('m'), type, imm5)}, op);
}

Decoded shift_by_register(auto f, Decoding& op, u32 type) {
    if (bad_regs<true>(f('d'), f('n'), f('m'))) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, f('S') != 0, f('d'), 0, register_shift(f('n'), type, f('m'))}, op);
}

Decoded wide_immediate(auto f, Decoding& op, Alu o) {
    const u32 d = f('d'), n = f('n'), imm = f('i');
    if (n == 15) {  // ADR: the result is known now
        if (bad(d)) return Decoded::unpredictable;
        const u32 base = literal_base(op, true);
        uses_own_address(op);
        return bind_alu({Alu::MOV, false, d, 0, constant(o == Alu::ADD ? base + imm : base - imm)}, op);
    }
    if (d == 15 || (d == 13 && n != 13)) return Decoded::unpredictable;
    return bind_alu({o, false, d, n, constant(imm)}, op);
}

/// MOVW and MOVT: imm4:i:imm3:imm8.
u32 wide_constant(auto f) { return (f('j') << 12) | f('i'); }

}  // namespace

#define OPERATION(o)                                                   \
    VTOLL_TRANSLATE(t32, o##_imm) { return immediate(f, op, Alu::o); } \
    VTOLL_TRANSLATE(t32, o##_reg) { return shifted(f, op, Alu::o); }
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
VTOLL_TRANSLATE(t32, MOV_imm) { return immediate(f, op, Alu::MOV); }

VTOLL_TRANSLATE(t32, MOV_reg) {
    const u32 d = f('d'), m = f('m');
    const bool ok = f('S') ? !bad(d) && !bad(m) : d != 15 && m != 15 && !(d == 13 && m == 13);
    if (!ok) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, f('S') != 0, d, 0, plain_register(m)}, op);
}
VTOLL_TRANSLATE(t32, LSL_imm) { return shift_by_immediate(f, op, 0, f('i')); }
VTOLL_TRANSLATE(t32, LSR_imm) { return shift_by_immediate(f, op, 1, f('i')); }
VTOLL_TRANSLATE(t32, ASR_imm) { return shift_by_immediate(f, op, 2, f('i')); }
VTOLL_TRANSLATE(t32, ROR_imm) { return shift_by_immediate(f, op, 3, f('i')); }
VTOLL_TRANSLATE(t32, RRX) { return shift_by_immediate(f, op, 3, 0); }
VTOLL_TRANSLATE(t32, LSL_reg) { return shift_by_register(f, op, 0); }
VTOLL_TRANSLATE(t32, LSR_reg) { return shift_by_register(f, op, 1); }
VTOLL_TRANSLATE(t32, ASR_reg) { return shift_by_register(f, op, 2); }
VTOLL_TRANSLATE(t32, ROR_reg) { return shift_by_register(f, op, 3); }

VTOLL_TRANSLATE(t32, ADDW) { return wide_immediate(f, op, Alu::ADD); }
VTOLL_TRANSLATE(t32, SUBW) { return wide_immediate(f, op, Alu::SUB); }

VTOLL_TRANSLATE(t32, MOVW) {
    if (bad(f('d'))) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, false, f('d'), 0, constant(wide_constant(f))}, op);
}
VTOLL_TRANSLATE(t32, MOVT) {
    return bad(f('d')) ? Decoded::unpredictable : bind_move_top(f('d'), wide_constant(f), op);
}

VTOLL_TRANSLATE(t32, SUBS_PC_LR) {
    if (f('i') == 0) return Decoded::not_this_row;  // SEE ERET
    if (mid_it(ctx)) return Decoded::unpredictable;
    return bind_alu_return({Alu::SUB, true, 15, 14, constant(f('i'))}, ctx, op);
}

}  // namespace vtoll::isa
