// SPDX-License-Identifier: Apache-2.0
// BFC, BFI, SBFX, UBFX. ARM DDI 0406C §A4.4.6. op.amount is the lsb; op.aux the field's mask in place (BFC, BFI) or the
// left shift that brings its top bit to bit 31 (SBFX, UBFX).
#include "isa/exec/decode_helpers.hpp"

namespace vtoll::isa {

namespace {

void bfc(CpuState& s, const Op& op) { s.r[op.rd] &= ~op.aux; }
void bfi(CpuState& s, const Op& op) { s.r[op.rd] = (s.r[op.rd] & ~op.aux) | ((s.r[op.rn] << op.amount) & op.aux); }
void sbfx(CpuState& s, const Op& op) {
    s.r[op.rd] = static_cast<u32>(static_cast<s32>(s.r[op.rn] << op.aux) >> (op.aux + op.amount));
}
void ubfx(CpuState& s, const Op& op) { s.r[op.rd] = (s.r[op.rn] << op.aux) >> (op.aux + op.amount); }

/// Field `l` is the lsb, `m` the msb.
template <bool Thumb>
Decoded insert(const Fields& f, const DecodeContext&, Op& op) {
    const u32 lsb = f('l'), msb = f('m');
    const bool clears = !f.has('n');
    if (msb < lsb || bad_reg<Thumb>(f('d')) || (!clears && bad_reg<Thumb>(f('n')))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.amount = static_cast<u8>(lsb);
    op.aux = (0xffff'ffffu >> (31 - (msb - lsb))) << lsb;
    if (clears) return bind<&bfc>(op);
    op.rn = static_cast<u8>(f('n'));
    return bind<&bfi>(op);
}

/// Field `l` is the lsb, `w` the width less one.
template <bool Thumb>
Decoded extract(const Fields& f, Op& op, bool is_signed) {
    const u32 lsb = f('l'), msb = lsb + f('w');
    if (msb > 31 || bad_regs<Thumb>(f('d'), f('n'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.rn = static_cast<u8>(f('n'));
    op.amount = static_cast<u8>(lsb);
    op.aux = 31 - msb;
    return is_signed ? bind<&sbfx>(op) : bind<&ubfx>(op);
}
template <bool Thumb>
Decoded sbfx_row(const Fields& f, const DecodeContext&, Op& op) {
    return extract<Thumb>(f, op, true);
}
template <bool Thumb>
Decoded ubfx_row(const Fields& f, const DecodeContext&, Op& op) {
    return extract<Thumb>(f, op, false);
}

}  // namespace

VTOLL_A32_T32(BFC, insert)
VTOLL_A32_T32(BFI, insert)
VTOLL_A32_T32(SBFX, sbfx_row)
VTOLL_A32_T32(UBFX, ubfx_row)

}  // namespace vtoll::isa
