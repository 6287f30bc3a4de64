// SPDX-License-Identifier: Apache-2.0
// A32 data-processing translators. ARM DDI 0406C §A5.2.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/data_processing.hpp"

namespace vtoll::isa {

namespace {

constexpr bool sets_flags(auto f, Alu o) { return is_compare(o) || f('S', 0); }

/// The end that all A32 forms share: plain, PC written, or exception return.
Decoded finish(const AluOperation& x, const DecodeContext& ctx, Decoding& op) {
    if (x.d != 15 || is_compare(x.o)) return bind_alu(x, op);
    return x.s ? bind_alu_return(x, ctx, op) : bind_alu_branch(x, op);
}

Decoded immediate(auto f, const DecodeContext& ctx, Decoding& op, Alu o) {
    const u32 imm12 = f('i'), n = f('n', 0), imm = ARMExpandImm(imm12);
    const bool s = sets_flags(f, o);
    if (n == 15 && !s && (o == Alu::ADD || o == Alu::SUB)) {  // ADR: the result is known now
        const u32 base = literal_base(op, false);
        uses_own_address(op);
        return finish({Alu::MOV, false, f('d', 0), 0, constant(o == Alu::ADD ? base + imm : base - imm)}, ctx, op);
    }
    return finish({o, s, f('d', 0), n, constant(imm, arm_imm_rotated(imm12))}, ctx, op);
}

Decoded shifted(auto f, const DecodeContext& ctx, Decoding& op, Alu o, u32 type, u32 imm5) {
    return finish({o, sets_flags(f, o), f('d', 0), f('n', 0), immediate_shift(f('m'), type, imm5)}, ctx, op);
}

Decoded by_register(auto f, Decoding& op, Alu o) {
    const u32 d = f('d', 0), n = f('n', 0), m = f('m'), s = f('s');
    if (bad_regs<false>(d, n, m, s)) return Decoded::unpredictable;
    return bind_alu({o, sets_flags(f, o), d, n, register_shift(m, f('t'), s)}, op);
}

/// LSL, LSR, ASR, ROR (register).
Decoded shift_by_register(auto f, Decoding& op, u32 type) {
    if (bad_regs<false>(f('d'), f('n'), f('m'))) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, f('S') != 0, f('d'), 0, register_shift(f('n'), type, f('m'))}, op);
}

}  // namespace

#define OPERATION(o)                                                                      \
    VTOLL_TRANSLATE(a32, o##_imm) { return immediate(f, ctx, op, Alu::o); }               \
    VTOLL_TRANSLATE(a32, o##_reg) { return shifted(f, ctx, op, Alu::o, f('t'), f('i')); } \
    VTOLL_TRANSLATE(a32, o##_rsr) { return by_register(f, op, Alu::o); }
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

VTOLL_TRANSLATE(a32, MOV_imm) { return immediate(f, ctx, op, Alu::MOV); }
VTOLL_TRANSLATE(a32, MOV_reg) { return shifted(f, ctx, op, Alu::MOV, 0, 0); }
VTOLL_TRANSLATE(a32, LSL_imm) { return shifted(f, ctx, op, Alu::MOV, 0, f('i')); }
VTOLL_TRANSLATE(a32, LSR_imm) { return shifted(f, ctx, op, Alu::MOV, 1, f('i')); }
VTOLL_TRANSLATE(a32, ASR_imm) { return shifted(f, ctx, op, Alu::MOV, 2, f('i')); }
VTOLL_TRANSLATE(a32, ROR_imm) { return shifted(f, ctx, op, Alu::MOV, 3, f('i')); }
VTOLL_TRANSLATE(a32, RRX) { return shifted(f, ctx, op, Alu::MOV, 3, 0); }

VTOLL_TRANSLATE(a32, LSL_reg) { return shift_by_register(f, op, 0); }
VTOLL_TRANSLATE(a32, LSR_reg) { return shift_by_register(f, op, 1); }
VTOLL_TRANSLATE(a32, ASR_reg) { return shift_by_register(f, op, 2); }
VTOLL_TRANSLATE(a32, ROR_reg) { return shift_by_register(f, op, 3); }

VTOLL_TRANSLATE(a32, MOVW) {
    if (f('d') == 15) return Decoded::unpredictable;
    return bind_alu({Alu::MOV, false, f('d'), 0, constant(f('i'))}, op);
}
VTOLL_TRANSLATE(a32, MOVT) { return f('d') == 15 ? Decoded::unpredictable : bind_move_top(f('d'), f('i'), op); }

}  // namespace vtoll::isa
