// SPDX-License-Identifier: Apache-2.0
// Bodies of Advanced SIMD instructions that do the same to every lane, and how rows bind them. An operation is a type
// of neon_element.hpp; whether it takes the old destination and whether it saturates shows in its arguments.
#pragma once

#include "isa/exec/neon/neon_element.hpp"

namespace vtoll::isa {

// --- bodies: op.rd, op.rn, op.rm are doubleword registers; op.amount a shift distance ------------------------------

/// Vd = F(Vn, Vm) or F(Vd, Vn, Vm).
template <class F, class T, unsigned Bytes>
void lanes_three(CpuState& s, const Op& op) {
    const auto n = read_lanes<T, Bytes>(s, op.rn), m = read_lanes<T, Bytes>(s, op.rm);
    auto d = read_lanes<T, Bytes>(s, op.rd);
    if constexpr (element::Saturating<F>) {
        T saturated{};
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(n[i], m[i], saturated);
        note_saturation(s, saturated);
    } else if constexpr (requires { F::of(T{}, T{}, T{}); }) {
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(d[i], n[i], m[i]);
    } else {
        for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(n[i], m[i]);
    }
    write_lanes(s, op.rd, d);
}

/// Vd = F(Vm).
template <class F, class T, unsigned Bytes>
void lanes_two(CpuState& s, const Op& op) {
    auto m = read_lanes<T, Bytes>(s, op.rm);
    if constexpr (element::Saturating<F>) {
        T saturated{};
        for (unsigned i = 0; i < m.count; ++i) m[i] = F::of(m[i], saturated);
        note_saturation(s, saturated);
    } else {
        for (unsigned i = 0; i < m.count; ++i) m[i] = F::of(m[i]);
    }
    write_lanes(s, op.rd, m);
}

/// Dd = pairs of Dn, then pairs of Dm.
template <class F, class T>
void lanes_pairwise(CpuState& s, const Op& op) {
    const auto n = read_lanes<T, 8>(s, op.rn), m = read_lanes<T, 8>(s, op.rm);
    Lanes<T, 8> d;
    constexpr unsigned half = d.count / 2;
    for (unsigned i = 0; i < half; ++i) {
        d[i] = F::of(n[2 * i], n[2 * i + 1]);
        d[half + i] = F::of(m[2 * i], m[2 * i + 1]);
    }
    write_lanes(s, op.rd, d);
}

// --- binding -------------------------------------------------------------------------------------------------------

/// The operation takes the old destination as its first of three operands.
template <class F, class T>
concept AccumulatingThree = !element::Saturating<F> && requires {
    F::of(T{}, T{}, T{});
};

/// What the type of an operation says of its roles.
template <class F, bool Accumulates>
void state_roles(Decoding& op) {
    if (Accumulates) reads_destination(op);
    if (element::Saturating<F>) sets_sticky(op, flag::fp_status);
}

template <class F, class T>
Decoded bind_three(Decoding& op, bool quad) {
    state_roles<F, AccumulatingThree<F, T>>(op);
    return quad ? bind_neon<lanes_three<F, T, 16>>(op) : bind_neon<lanes_three<F, T, 8>>(op);
}
template <class F, class T>
Decoded bind_two(Decoding& op, bool quad) {
    state_roles<F, false>(op);
    return quad ? bind_neon<lanes_two<F, T, 16>>(op) : bind_neon<lanes_two<F, T, 8>>(op);
}

}  // namespace vtoll::isa
