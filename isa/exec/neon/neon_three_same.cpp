// SPDX-License-Identifier: Apache-2.0
// Three registers of the same length: sums, bitwise operations, comparisons, pairwise. ARM DDI 0406C §A7.4.1.
#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

template <class F>
Decoded unsigned_elements(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_unsigned(f('z'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}
template <class F>
Decoded small_unsigned_elements(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}
template <class F>
Decoded elements(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_element(f('z'), f('U'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}
template <class F>
Decoded small_elements(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_element(f('z'), f('U'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}
template <class F>
Decoded bitwise(auto f, const DecodeContext& ctx, Decoding& op) {
    return set_registers(f, ctx, op) ? bind_three<F, u64>(op, f('Q')) : Decoded::undefined;
}
template <class F>
Decoded pairwise(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op, false, false, false)) return Decoded::undefined;
    const bool is_unsigned = f('U', 1);
    return with_small_element(f('z'), is_unsigned,
                              [&](auto t) { return bind_neon<lanes_pairwise<F, decltype(t)>>(op); });
}

}  // namespace

VTOLL_NEON(VADD_int, return unsigned_elements<Add>(f, ctx, op);)
VTOLL_NEON(VSUB_int, return unsigned_elements<Sub>(f, ctx, op);)
VTOLL_NEON(VHADD, return small_elements<HalvingAdd>(f, ctx, op);)
VTOLL_NEON(VRHADD, return small_elements<RoundingHalvingAdd>(f, ctx, op);)
VTOLL_NEON(VHSUB, return small_elements<HalvingSub>(f, ctx, op);)
VTOLL_NEON(VQADD, return elements<SaturatingAdd>(f, ctx, op);)
VTOLL_NEON(VQSUB, return elements<SaturatingSub>(f, ctx, op);)
VTOLL_NEON(VABD_int, return small_elements<AbsDifference>(f, ctx, op);)
VTOLL_NEON(VABA, return small_elements<AbsDifferenceAdd>(f, ctx, op);)

VTOLL_NEON(VAND_reg, return bitwise<And>(f, ctx, op);)
VTOLL_NEON(VBIC_reg, return bitwise<Bic>(f, ctx, op);)
VTOLL_NEON(VORR_reg, return bitwise<Orr>(f, ctx, op);)
VTOLL_NEON(VORN_reg, return bitwise<Orn>(f, ctx, op);)
VTOLL_NEON(VEOR, return bitwise<Eor>(f, ctx, op);)
VTOLL_NEON(VBSL, return bitwise<Bsl>(f, ctx, op);)
VTOLL_NEON(VBIT, return bitwise<Bit>(f, ctx, op);)
VTOLL_NEON(VBIF, return bitwise<Bif>(f, ctx, op);)

VTOLL_NEON(VCGT_int, return small_elements<Greater>(f, ctx, op);)
VTOLL_NEON(VCGE_int, return small_elements<GreaterEqual>(f, ctx, op);)
VTOLL_NEON(VCEQ_int, return small_unsigned_elements<Equal>(f, ctx, op);)
VTOLL_NEON(VTST, return small_unsigned_elements<Test>(f, ctx, op);)
VTOLL_NEON(VMAX_int, return small_elements<Max>(f, ctx, op);)
VTOLL_NEON(VMIN_int, return small_elements<Min>(f, ctx, op);)

VTOLL_NEON(VPMAX_int, return pairwise<Max>(f, ctx, op);)
VTOLL_NEON(VPMIN_int, return pairwise<Min>(f, ctx, op);)
VTOLL_NEON(VPADD_int, return pairwise<Add>(f, ctx, op);)

}  // namespace vtoll::isa
