// SPDX-License-Identifier: Apache-2.0
// Integer multiplication to the same length, by vector and by scalar. ARM DDI 0406C §A7.4.1, §A7.4.3.
#include "isa/exec/neon/neon_body.hpp"
#include "isa/exec/neon/neon_scalar.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

template <class F>
Decoded by_vector(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}

/// Elements of 16 or 32 bits, signed.
template <class F>
Decoded high_by_vector(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    switch (f('z')) {
    case 1: return bind_three<F, s16>(op, f('Q'));
    case 2: return bind_three<F, s32>(op, f('Q'));
    default: return Decoded::undefined;
    }
}

template <class F, class Half, class Word>
Decoded by_scalar(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool quad = f('Q');
    if (const Decoded d = set_scalar_operands(f, ctx, op, quad, quad); d != Decoded::ok) return d;
    return f('z') == 1 ? bind_scalar<F, Half>(op, quad) : bind_scalar<F, Word>(op, quad);
}

}  // namespace

VTOLL_NEON(VMUL_int, return by_vector<Mul>(f, ctx, op);)
VTOLL_NEON(VMLA_int, return by_vector<MulAdd>(f, ctx, op);)
VTOLL_NEON(VMLS_int, return by_vector<MulSub>(f, ctx, op);)
VTOLL_NEON(VMUL_poly, return set_registers(f, ctx, op) ? bind_three<PolyMul, u8>(op, f('Q')) : Decoded::undefined;)
VTOLL_NEON(VQDMULH, return high_by_vector<DoublingMulHigh<false>>(f, ctx, op);)
VTOLL_NEON(VQRDMULH, return high_by_vector<DoublingMulHigh<true>>(f, ctx, op);)

VTOLL_NEON(VMUL_int_scalar, return (by_scalar<Mul, u16, u32>(f, ctx, op));)
VTOLL_NEON(VMLA_int_scalar, return (by_scalar<MulAdd, u16, u32>(f, ctx, op));)
VTOLL_NEON(VMLS_int_scalar, return (by_scalar<MulSub, u16, u32>(f, ctx, op));)
VTOLL_NEON(VQDMULH_scalar, return (by_scalar<DoublingMulHigh<false>, s16, s32>(f, ctx, op));)
VTOLL_NEON(VQRDMULH_scalar, return (by_scalar<DoublingMulHigh<true>, s16, s32>(f, ctx, op));)

}  // namespace vtoll::isa
