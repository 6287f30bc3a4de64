// SPDX-License-Identifier: Apache-2.0
// One register and a modified immediate. ARM DDI 0406C §A7.4.6. The expanded doubleword is op.aux:op.imm.
#include "isa/exec/neon/neon_immediate.hpp"

#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

u64 AdvSIMDExpandImm(bool op, u32 cmode, u32 imm8) {
    const auto twice = [](u64 word) { return word << 32 | word; };
    switch (cmode >> 1) {
    case 0:
    case 1:
    case 2:
    case 3: return twice(u64{imm8} << (8 * (cmode >> 1)));
    case 4:
    case 5: return 0x0001'0001'0001'0001u * (u64{imm8} << (8 * ((cmode >> 1) & 1)));
    case 6: return twice(cmode & 1 ? imm8 << 16 | 0xffff : imm8 << 8 | 0xff);
    default: break;
    }
    if (!op && !(cmode & 1)) return 0x0101'0101'0101'0101u * imm8;
    if (!op) {  // aBbbbbbc defgh000 ...: the single that VFPExpandImm() makes
        const u32 b = (imm8 >> 6) & 1;
        return twice((imm8 >> 7) << 31 | (b ^ 1) << 30 | (b ? 0x1fu << 25 : 0) | (imm8 & 0x3f) << 19);
    }
    u64 bytes = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (imm8 & (1u << i)) bytes |= u64{0xff} << (8 * i);
    return bytes;
}

namespace {

struct Move {
    static constexpr bool replaces = true;
    static u64 of(u64, u64 imm) { return imm; }
};

template <class F, unsigned Registers>
void immediate_lanes(CpuState& s, const Op& op) {
    const u64 imm = u64{op.aux} << 32 | op.imm;
    for (unsigned i = 0; i < Registers; ++i) s.d[op.rd + i] = F::of(s.d[op.rd + i], imm);
}

/// `invert`: the operation works with the complement.
template <class F>
Decoded immediate(auto f, const DecodeContext& ctx, Decoding& op, bool invert) {
    const bool quad = f('Q');
    if (!set_registers(f, ctx, op, quad, false, false)) return Decoded::undefined;
    if (!requires { F::replaces; }) reads_destination(op);
    const u64 plain = AdvSIMDExpandImm(bit(op.raw, 5), bits(op.raw, 11, 8), f('i'));
    const u64 imm = invert ? ~plain : plain;
    op.imm = static_cast<u32>(imm);
    op.aux = static_cast<u32>(imm >> 32);
    return quad ? bind_neon<immediate_lanes<F, 2>>(op) : bind_neon<immediate_lanes<F, 1>>(op);
}

}  // namespace

VTOLL_NEON(VMOV_imm_i32, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMOV_imm_i16, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMOV_imm_ones, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMOV_imm_i8, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMOV_imm_f32, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMOV_imm_i64, return immediate<Move>(f, ctx, op, false);)
VTOLL_NEON(VMVN_imm_i32, return immediate<Move>(f, ctx, op, true);)
VTOLL_NEON(VMVN_imm_i16, return immediate<Move>(f, ctx, op, true);)
VTOLL_NEON(VMVN_imm_ones, return immediate<Move>(f, ctx, op, true);)
VTOLL_NEON(VORR_imm_i32, return immediate<element::Orr>(f, ctx, op, false);)
VTOLL_NEON(VORR_imm_i16, return immediate<element::Orr>(f, ctx, op, false);)
VTOLL_NEON(VBIC_imm_i32, return immediate<element::And>(f, ctx, op, true);)
VTOLL_NEON(VBIC_imm_i16, return immediate<element::And>(f, ctx, op, true);)

}  // namespace vtoll::isa
