// SPDX-License-Identifier: Apache-2.0
// QADD and its kin, SSAT, USAT. ARM DDI 0406C §A4.4.4. Saturation sets PSR.Q.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/saturate.hpp"
#include "isa/exec/integer/shift.hpp"

namespace vtoll::isa {

namespace {

/// Rm plus or minus Rn; `Double` saturates twice Rn first.
template <bool Double, bool Subtract>
void saturating_add(CpuState& s, const Op& op) {
    Saturated n{s32(s.r[op.rn]), false};
    if constexpr (Double) n = SignedSatQ(2 * s64(n.value), 32);
    const s64 m = s32(s.r[op.rm]);
    const Saturated sum = SignedSatQ(Subtract ? m - n.value : m + n.value, 32);
    s.r[op.rd] = static_cast<u32>(sum.value);
    set_q(s, n.sat || sum.sat);
}

/// To op.aux bits; the operand is Rn shifted by op.amount to the left, or by that plus 0x80 to the right.
constexpr u8 shift_right = 0x80;

template <bool Signed>
void saturate(CpuState& s, const Op& op) {
    const s32 n = s32(s.r[op.rn]);
    const s32 operand = op.amount & shift_right ? static_cast<s32>(s64(n) >> (op.amount & 0x3f))
                                                : static_cast<s32>(u32(n) << op.amount);
    const Saturated result = Signed ? SignedSatQ(operand, op.aux) : UnsignedSatQ(operand, op.aux);
    s.r[op.rd] = static_cast<u32>(result.value);
    set_q(s, result.sat);
}
template <bool Signed>
void saturate16(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn];
    const s32 low = static_cast<s16>(n), high = static_cast<s16>(n >> 16);
    const Saturated a = Signed ? SignedSatQ(low, op.aux) : UnsignedSatQ(low, op.aux);
    const Saturated b = Signed ? SignedSatQ(high, op.aux) : UnsignedSatQ(high, op.aux);
    s.r[op.rd] = (static_cast<u32>(a.value) & 0xffff) | (static_cast<u32>(b.value) << 16);
    set_q(s, a.sat || b.sat);
}

template <bool Thumb, bool Signed>
Decoded saturate_row(auto f, Decoding& op) {
    const u32 right = f('t'), imm5 = f('i');
    if (Thumb && right && imm5 == 0) return Decoded::undefined;  // SSAT16, USAT16 with a should-be-zero bit set
    if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
    sets_sticky(op, flag::Q);
    op.amount = right ? static_cast<u8>(shift_right | DecodeImmShift(2, imm5).amount) : static_cast<u8>(imm5);
    op.aux = f('k') + Signed;
    return bind<&saturate<Signed>>(op);
}
template <bool Thumb, bool Signed>
Decoded saturate16_row(auto f, Decoding& op) {
    if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
    sets_sticky(op, flag::Q);
    op.aux = f('k') + Signed;
    return bind<&saturate16<Signed>>(op);
}
template <bool Thumb>
Decoded ssat(auto f, const DecodeContext&, Decoding& op) {
    return saturate_row<Thumb, true>(f, op);
}
template <bool Thumb>
Decoded usat(auto f, const DecodeContext&, Decoding& op) {
    return saturate_row<Thumb, false>(f, op);
}
template <bool Thumb>
Decoded ssat16(auto f, const DecodeContext&, Decoding& op) {
    return saturate16_row<Thumb, true>(f, op);
}
template <bool Thumb>
Decoded usat16(auto f, const DecodeContext&, Decoding& op) {
    return saturate16_row<Thumb, false>(f, op);
}

template <auto Body>
struct Row {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
        sets_sticky(op, flag::Q);
        return bind<Body>(op);
    }
};

}  // namespace

VTOLL_A32_T32(QADD, Row<&saturating_add<false, false>>::translate)
VTOLL_A32_T32(QSUB, Row<&saturating_add<false, true>>::translate)
VTOLL_A32_T32(QDADD, Row<&saturating_add<true, false>>::translate)
VTOLL_A32_T32(QDSUB, Row<&saturating_add<true, true>>::translate)
VTOLL_A32_T32(SSAT, ssat)
VTOLL_A32_T32(USAT, usat)
VTOLL_A32_T32(SSAT16, ssat16)
VTOLL_A32_T32(USAT16, usat16)

}  // namespace vtoll::isa
