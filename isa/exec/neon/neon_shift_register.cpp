// SPDX-License-Identifier: Apache-2.0
// VSHL, VRSHL, VQSHL, VQRSHL by register. ARM DDI 0406C §A8.8.387, §A8.8.395, §A8.8.379, §A8.8.376.
#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

/// Vm is what is shifted, Vn the distance: change them round, operations want the operand first.
template <class F>
Decoded by_register(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    std::swap(op.rn, op.rm);
    return with_element(f('z'), f('U'), [&](auto t) { return bind_three<F, decltype(t)>(op, f('Q')); });
}

}  // namespace

VTOLL_NEON(VSHL_reg, return by_register<Shift<false>>(f, ctx, op);)
VTOLL_NEON(VRSHL, return by_register<Shift<true>>(f, ctx, op);)
VTOLL_NEON(VQSHL_reg, return by_register<SaturatingShift<false>>(f, ctx, op);)
VTOLL_NEON(VQRSHL, return by_register<SaturatingShift<true>>(f, ctx, op);)

}  // namespace vtoll::isa
