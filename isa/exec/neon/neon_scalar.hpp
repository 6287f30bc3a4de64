// SPDX-License-Identifier: Apache-2.0
// Operations of a vector with one element of another register. ARM DDI 0406C §A7.4.3.
#pragma once

#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

/// Registers, and the scalar: op.rm is its doubleword register, op.amount its number there. 16-bit scalars are in
/// D0-D7, 32-bit ones in D0-D15. Size 3 is another encoding, size 0 UNDEFINED; a row without size is of words.
Decoded set_scalar_operands(auto f, const DecodeContext& ctx, Decoding& op, bool quad_d, bool quad_n) {
    const u32 size = f('z', 2);
    if (size == 3) return Decoded::not_this_row;
    if (!set_destination_and_first(f, ctx, op, quad_d, quad_n) || size == 0) return Decoded::undefined;
    const u32 vm = f('m'), m = f('M');
    op.rm = static_cast<u8>(size == 1 ? vm & 7 : vm);
    op.amount = static_cast<u8>(size == 1 ? m << 1 | vm >> 3 : m);
    reads_doubles(op, op.rm);
    return Decoded::ok;
}

template <class T>
[[gnu::always_inline]] inline T read_scalar(const CpuState& s, const Op& op) {
    return static_cast<T>(s.d[op.rm] >> (op.amount * bits_of<T>));
}

/// Vd = F(Vn, scalar) or F(Vd, Vn, scalar).
template <class F, class T, unsigned Bytes>
void lanes_scalar(CpuState& s, const Op& op) {
    const auto n = read_lanes<T, Bytes>(s, op.rn);
    const T m = read_scalar<T>(s, op);
    auto d = read_lanes<T, Bytes>(s, op.rd);
    if constexpr (element::Saturating<F>) {
        T saturated{};
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(n[i], m, saturated);
        note_saturation(s, saturated);
    } else if constexpr (requires { F::of(T{}, T{}, T{}); }) {
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(d[i], n[i], m);
    } else {
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(n[i], m);
    }
    write_lanes(s, op.rd, d);
}

template <class F, class T>
Decoded bind_scalar(Decoding& op, bool quad) {
    state_roles<F, AccumulatingThree<F, T>>(op);
    return quad ? bind_neon<lanes_scalar<F, T, 16>>(op) : bind_neon<lanes_scalar<F, T, 8>>(op);
}

}  // namespace vtoll::isa
