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

/// Field `l` is the lsb, `m` the msb. The rest of Rd stays.
template <bool Thumb>
Decoded insert(auto f, const DecodeContext&, Decoding& op) {
    const u32 lsb = f('l'), msb = f('m');
    if (msb < lsb || bad_reg<Thumb>(f('d'))) return Decoded::unpredictable;
    op.rd = writes(op, reads(op, f('d')));
    op.amount = static_cast<u8>(lsb);
    op.aux = (0xffff'ffffu >> (31 - (msb - lsb))) << lsb;
    if constexpr (f.has('n')) {
        if (bad_reg<Thumb>(f('n'))) return Decoded::unpredictable;
        op.rn = reads(op, f('n'));
        op.meaning.work = Work::insert_field;
        return bind<&bfi>(op);
    } else {
        op.meaning.work = Work::clear_field;
        return bind<&bfc>(op);
    }
}

/// Field `l` is the lsb, `w` the width less one.
template <auto Body>
struct Extract {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        const u32 lsb = f('l'), msb = lsb + f('w');
        if (msb > 31 || bad_regs<Thumb>(f('d'), f('n'))) return Decoded::unpredictable;
        op.rd = writes(op, f('d'));
        op.rn = reads(op, f('n'));
        op.amount = static_cast<u8>(lsb);
        op.aux = 31 - msb;
        op.meaning.work = Body == &sbfx ? Work::extract_signed : Work::extract_unsigned;
        return bind<Body>(op);
    }
};

}  // namespace

VTOLL_A32_T32(BFC, insert)
VTOLL_A32_T32(BFI, insert)
VTOLL_A32_T32(SBFX, Extract<&sbfx>::translate)
VTOLL_A32_T32(UBFX, Extract<&ubfx>::translate)

}  // namespace vtoll::isa
