// SPDX-License-Identifier: Apache-2.0
// Bodies of single-precision Advanced SIMD instructions. All work under StandardFPSCRValue(): round to nearest, default
// NaN, flush-to-zero (ARM DDI 0406C §A2.7.5); the cumulative flags of all lanes go to the FPSCR.
//
// An operation is a type with `of(operands..., fpscr)`, always right, and, where there is a short way for common
// operands, `quick(operands..., odd)` of a few host instructions, which sets a bit of `odd` when it can't tell. All
// lanes go the quick way or none does; without branches in it, the loop over lanes is vectorised. Why the quick way is
// right is explained in isa/fp/arithmetic.hpp: results above the smallest normal number have no flag but IXC, if
// operands are not denormal; so IXC must be set already where `rounds` says that the result may be inexact.
#pragma once

#include "isa/exec/neon/neon_scalar.hpp"
#include "isa/fp/fp.hpp"

namespace vtoll::isa {

/// `F` takes the old destination too.
template <class F>
concept Accumulating = requires(u32& fpscr) {
    F::of(u32{}, u32{}, u32{}, fpscr);
};
template <class F>
concept Quick = requires {
    F::rounds;
};

/// 1 for an operand that is flushed to zero.
[[gnu::always_inline]] inline u32 odd_operand(u32 value) { return fp::is_denormal(value) ? 1 : 0; }
/// The same, and for a NaN.
[[gnu::always_inline]] inline u32 odd_number(u32 value) { return odd_operand(value) | (fp::is_nan(value) ? 1 : 0); }
/// 1 for a result that is not between the smallest and the greatest normal number.
[[gnu::always_inline]] inline u32 odd_result(u32 value) { return fp::detail::is_plain(value) ? 0 : 1; }

/// Nothing that the quick way of F would have to report is missing from the FPSCR.
template <class F>
[[gnu::always_inline]] inline bool may_be_quick(const CpuState& s) {
    return !F::rounds || (s.fpscr & fp::fpscr::IXC);
}

namespace detail {

template <bool Scalar, unsigned Bytes>
[[gnu::always_inline]] inline Lanes<u32, Bytes> float_operand(const CpuState& s, const Op& op) {
    if constexpr (Scalar) {
        Lanes<u32, Bytes> m;
        for (unsigned i = 0; i < m.count; ++i) m[i] = read_scalar<u32>(s, op);
        return m;
    } else {
        return read_lanes<u32, Bytes>(s, op.rm);
    }
}

// Sibling calls of the quick halves, which need no frame then.

template <class F, unsigned Bytes, bool Scalar>
[[gnu::noinline]] const Op* float_three_full(CpuState& s, const Op* op) {
    const auto n = read_lanes<u32, Bytes>(s, op->rn), m = float_operand<Scalar, Bytes>(s, *op);
    auto d = read_lanes<u32, Bytes>(s, op->rd);
    for (unsigned i = 0; i < d.count; ++i) {
        if constexpr (Accumulating<F>) d[i] = F::of(d[i], n[i], m[i], s.fpscr);
        else d[i] = F::of(n[i], m[i], s.fpscr);
    }
    write_lanes(s, op->rd, d);
    VTOLL_NEXT(s, op);
}

template <class F, unsigned Bytes>
[[gnu::noinline]] const Op* float_two_full(CpuState& s, const Op* op) {
    auto m = read_lanes<u32, Bytes>(s, op->rm);
    for (unsigned i = 0; i < m.count; ++i) m[i] = F::of(m[i], s.fpscr);
    write_lanes(s, op->rd, m);
    VTOLL_NEXT(s, op);
}

}  // namespace detail

/// Vd = F(Vn, Vm) or F(Vd, Vn, Vm); Vm may be one element for all.
template <class F, unsigned Bytes, bool Scalar>
const Op* float_three(CpuState& s, const Op* op) {
    if constexpr (Quick<F>) {
        const auto n = read_lanes<u32, Bytes>(s, op->rn), m = detail::float_operand<Scalar, Bytes>(s, *op);
        auto d = read_lanes<u32, Bytes>(s, op->rd);
        u32 odd = 0;
        for (unsigned i = 0; i < d.count; ++i) {
            if constexpr (Accumulating<F>) d[i] = F::quick(d[i], n[i], m[i], odd);
            else d[i] = F::quick(n[i], m[i], odd);
        }
        if (!odd && may_be_quick<F>(s)) [[likely]] {
            write_lanes(s, op->rd, d);
            VTOLL_NEXT(s, op);
        }
    }
    return detail::float_three_full<F, Bytes, Scalar>(s, op);
}

/// Vd = F(Vm).
template <class F, unsigned Bytes>
const Op* float_two(CpuState& s, const Op* op) {
    if constexpr (Quick<F>) {
        auto m = read_lanes<u32, Bytes>(s, op->rm);
        u32 odd = 0;
        for (unsigned i = 0; i < m.count; ++i) m[i] = F::quick(m[i], odd);
        if (!odd && may_be_quick<F>(s)) [[likely]] {
            write_lanes(s, op->rd, m);
            VTOLL_NEXT(s, op);
        }
    }
    return detail::float_two_full<F, Bytes>(s, op);
}

/// Dd = F of the pair in Dn, F of the pair in Dm.
template <class F>
void float_pairwise(CpuState& s, const Op& op) {
    const auto n = read_lanes<u32, 8>(s, op.rn), m = read_lanes<u32, 8>(s, op.rm);
    const u32 low = F::of(n[0], n[1], s.fpscr), high = F::of(m[0], m[1], s.fpscr);
    write_lanes(s, op.rd, Lanes<u32, 8>{{low, high}});
}

template <class F, bool Scalar = false>
Decoded bind_float_three(Decoding& op, bool quad) {
    if (Accumulating<F>) reads_destination(op);
    sets_sticky(op, flag::fp_status);
    return quad ? bind_neon<float_three<F, 16, Scalar>>(op) : bind_neon<float_three<F, 8, Scalar>>(op);
}
template <class F>
Decoded bind_float_two(Decoding& op, bool quad) {
    if (!requires { F::sets_no_status; }) sets_sticky(op, flag::fp_status);
    return quad ? bind_neon<float_two<F, 16>>(op) : bind_neon<float_two<F, 8>>(op);
}

}  // namespace vtoll::isa
