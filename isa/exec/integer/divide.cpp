// SPDX-License-Identifier: Apache-2.0
// SDIV, UDIV. ARM DDI 0406C §A8.8.165, §A8.8.248. Division by zero gives 0 (ARMv7-A never traps it).
#include "isa/exec/decode_helpers.hpp"

namespace vtoll::isa {

namespace {

void sdiv(CpuState& s, const Op& op) {
    const s64 n = s32(s.r[op.rn]), m = s32(s.r[op.rm]);
    s.r[op.rd] = m ? static_cast<u32>(n / m) : 0;  // 64 bits wide: the most negative number by -1 wraps to itself
}
void udiv(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], m = s.r[op.rm];
    s.r[op.rd] = m ? n / m : 0;
}

template <bool Thumb>
Decoded divide(const Fields& f, const DecodeContext& ctx, Op& op, bool is_signed) {
    if (ctx.features && !ctx.features->divide) return Decoded::undefined;
    if (bad_regs<Thumb>(f('d'), f('n'), f('m'))) return Decoded::unpredictable;
    op.rd = static_cast<u8>(f('d'));
    op.rn = static_cast<u8>(f('n'));
    op.rm = static_cast<u8>(f('m'));
    return is_signed ? bind<&sdiv>(op) : bind<&udiv>(op);
}
template <bool Thumb>
Decoded sdiv_row(const Fields& f, const DecodeContext& ctx, Op& op) {
    return divide<Thumb>(f, ctx, op, true);
}
template <bool Thumb>
Decoded udiv_row(const Fields& f, const DecodeContext& ctx, Op& op) {
    return divide<Thumb>(f, ctx, op, false);
}

}  // namespace

VTOLL_A32_T32(SDIV, sdiv_row)
VTOLL_A32_T32(UDIV, udiv_row)

}  // namespace vtoll::isa
