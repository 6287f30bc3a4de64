// SPDX-License-Identifier: Apache-2.0
// Long, wide and narrowing operations of three registers, by vector and by scalar. ARM DDI 0406C §A7.4.2, §A7.4.3.
#include "isa/exec/neon/neon_scalar.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

// --- operations that need both widths: T is the narrow type --------------------------------------------------------

/// Twice the product, saturated. The product of the two lowest numbers alone is out of range: twice it is the lowest
/// wide number instead of the highest.
template <class T>
Wide<T> doubled_product(T n, T m, Wide<T>& saturated) {
    const Wide<T> product = static_cast<Wide<T>>(Wide<T>{n} * m);
    const Wide<T> over = mask_if<Wide<T>>(n == lowest<T>) & mask_if<Wide<T>>(m == lowest<T>);
    saturated |= over;
    return wrap_add(product, product) ^ over;
}
struct DoublingMul {
    template <class T>
    static Wide<T> of(Wide<T>, T n, T m, Wide<T>& q) {
        return doubled_product(n, m, q);
    }
};
struct DoublingMulAdd {
    static constexpr bool accumulates = true;
    template <class T>
    static Wide<T> of(Wide<T> d, T n, T m, Wide<T>& q) {
        return SaturatingAdd::of(d, doubled_product(n, m, q), q);
    }
};
struct DoublingMulSub {
    static constexpr bool accumulates = true;
    template <class T>
    static Wide<T> of(Wide<T> d, T n, T m, Wide<T>& q) {
        return SaturatingSub::of(d, doubled_product(n, m, q), q);
    }
};

// --- bodies --------------------------------------------------------------------------------------------------------

template <bool Scalar, class T>
[[gnu::always_inline]] inline Lanes<T, 8> second_operand(const CpuState& s, const Op& op) {
    if constexpr (Scalar) {
        Lanes<T, 8> m;
        for (unsigned i = 0; i < m.count; ++i) m[i] = read_scalar<T>(s, op);
        return m;
    } else {
        return read_lanes<T, 8>(s, op.rm);
    }
}

/// Qd = F(Dn, Dm) or F(Qd, Dn, Dm), on elements widened first.
template <class F, class T, bool Scalar>
void lanes_long(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto n = read_lanes<T, 8>(s, op.rn);
    const auto m = second_operand<Scalar, T>(s, op);
    auto d = read_lanes<W, 16>(s, op.rd);
    for (unsigned i = 0; i < d.count; ++i) {
        if constexpr (requires { F::of(W{}, W{}, W{}); }) d[i] = F::of(d[i], W{n[i]}, W{m[i]});
        else d[i] = F::of(W{n[i]}, W{m[i]});
    }
    write_lanes(s, op.rd, d);
}

/// Qd = F(Qn, Dm).
template <class F, class T>
void lanes_wide(CpuState& s, const Op& op) {
    using W = Wide<T>;
    auto n = read_lanes<W, 16>(s, op.rn);
    const auto m = read_lanes<T, 8>(s, op.rm);
    for (unsigned i = 0; i < n.count; ++i) n[i] = F::of(n[i], W{m[i]});
    write_lanes(s, op.rd, n);
}

/// Dd = upper halves of F(Qn, Qm). T is the narrow type.
template <class F, class T, bool Round>
void lanes_high_half(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto n = read_lanes<W, 16>(s, op.rn), m = read_lanes<W, 16>(s, op.rm);
    Lanes<T, 8> d;
    constexpr W half = Round ? W{1} << (bits_of<T> - 1) : 0;
    for (unsigned i = 0; i < d.count; ++i) d[i] = static_cast<T>(wrap_add<W>(F::of(n[i], m[i]), half) >> bits_of<T>);
    write_lanes(s, op.rd, d);
}

template <class F, class T, bool Scalar>
void lanes_doubling(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto n = read_lanes<T, 8>(s, op.rn);
    const auto m = second_operand<Scalar, T>(s, op);
    auto d = read_lanes<W, 16>(s, op.rd);
    W saturated{};
    for (unsigned i = 0; i < d.count; ++i) d[i] = F::template of<T>(d[i], n[i], m[i], saturated);
    note_saturation(s, saturated);
    write_lanes(s, op.rd, d);
}

void poly_long(CpuState& s, const Op& op) {
    const auto n = read_lanes<u8, 8>(s, op.rn), m = read_lanes<u8, 8>(s, op.rm);
    Lanes<u16, 16> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = polynomial_product(n[i], m[i]);
    write_lanes(s, op.rd, d);
}

// --- translators ---------------------------------------------------------------------------------------------------

Decoded set(auto f, const DecodeContext& ctx, Decoding& op, bool quad_d, bool quad_n, bool quad_m) {
    if (f('z', 0) == 3) return Decoded::not_this_row;
    return set_registers(f, ctx, op, quad_d, quad_n, quad_m) ? Decoded::ok : Decoded::undefined;
}

template <class F, class T, bool Scalar>
Decoded bind_long(Decoding& op) {
    using W = Wide<T>;
    state_roles<F, AccumulatingThree<F, W>>(op);
    return bind_neon<lanes_long<F, T, Scalar>>(op);
}

template <class F>
Decoded long_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (const Decoded d = set(f, ctx, op, true, false, false); d != Decoded::ok) return d;
    return with_small_element(f('z'), f('U'), [&](auto t) { return bind_long<F, decltype(t), false>(op); });
}
template <class F>
Decoded wide_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (const Decoded d = set(f, ctx, op, true, true, false); d != Decoded::ok) return d;
    return with_small_element(f('z'), f('U'), [&](auto t) { return bind_neon<lanes_wide<F, decltype(t)>>(op); });
}
template <class F, bool Round>
Decoded high_half_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (const Decoded d = set(f, ctx, op, false, true, true); d != Decoded::ok) return d;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_neon<lanes_high_half<F, decltype(t), Round>>(op); });
}
template <class F, bool Scalar>
Decoded doubling(auto f, Decoding& op) {
    if (requires { F::accumulates; }) reads_destination(op);
    sets_sticky(op, flag::fp_status);
    switch (f('z')) {
    case 1: return bind_neon<lanes_doubling<F, s16, Scalar>>(op);
    case 2: return bind_neon<lanes_doubling<F, s32, Scalar>>(op);
    default: return Decoded::undefined;
    }
}
template <class F>
Decoded doubling_row(auto f, const DecodeContext& ctx, Decoding& op) {
    const Decoded d = set(f, ctx, op, true, false, false);
    return d == Decoded::ok ? doubling<F, false>(f, op) : d;
}
template <class F>
Decoded doubling_scalar_row(auto f, const DecodeContext& ctx, Decoding& op) {
    const Decoded d = set_scalar_operands(f, ctx, op, true, false);
    return d == Decoded::ok ? doubling<F, true>(f, op) : d;
}
template <class F>
Decoded long_scalar_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (const Decoded d = set_scalar_operands(f, ctx, op, true, false); d != Decoded::ok) return d;
    if (f('U')) return f('z') == 1 ? bind_long<F, u16, true>(op) : bind_long<F, u32, true>(op);
    return f('z') == 1 ? bind_long<F, s16, true>(op) : bind_long<F, s32, true>(op);
}

}  // namespace

VTOLL_NEON(VADDL, return long_row<Add>(f, ctx, op);)
VTOLL_NEON(VADDW, return wide_row<Add>(f, ctx, op);)
VTOLL_NEON(VSUBL, return long_row<Sub>(f, ctx, op);)
VTOLL_NEON(VSUBW, return wide_row<Sub>(f, ctx, op);)
VTOLL_NEON(VABAL, return long_row<AbsDifferenceAdd>(f, ctx, op);)
VTOLL_NEON(VABDL, return long_row<AbsDifference>(f, ctx, op);)

VTOLL_NEON(VADDHN, return (high_half_row<Add, false>(f, ctx, op));)
VTOLL_NEON(VRADDHN, return (high_half_row<Add, true>(f, ctx, op));)
VTOLL_NEON(VSUBHN, return (high_half_row<Sub, false>(f, ctx, op));)
VTOLL_NEON(VRSUBHN, return (high_half_row<Sub, true>(f, ctx, op));)

VTOLL_NEON(VMLAL_int, return long_row<MulAdd>(f, ctx, op);)
VTOLL_NEON(VMLSL_int, return long_row<MulSub>(f, ctx, op);)
VTOLL_NEON(VMULL_int, return long_row<Mul>(f, ctx, op);)
VTOLL_NEON(VMULL_poly, {
    const Decoded d = set(f, ctx, op, true, false, false);
    return d == Decoded::ok ? bind_neon<poly_long>(op) : d;
})
VTOLL_NEON(VQDMLAL, return doubling_row<DoublingMulAdd>(f, ctx, op);)
VTOLL_NEON(VQDMLSL, return doubling_row<DoublingMulSub>(f, ctx, op);)
VTOLL_NEON(VQDMULL, return doubling_row<DoublingMul>(f, ctx, op);)

VTOLL_NEON(VMULL_scalar, return long_scalar_row<Mul>(f, ctx, op);)
VTOLL_NEON(VMLAL_scalar, return long_scalar_row<MulAdd>(f, ctx, op);)
VTOLL_NEON(VMLSL_scalar, return long_scalar_row<MulSub>(f, ctx, op);)
VTOLL_NEON(VQDMLAL_scalar, return doubling_scalar_row<DoublingMulAdd>(f, ctx, op);)
VTOLL_NEON(VQDMLSL_scalar, return doubling_scalar_row<DoublingMulSub>(f, ctx, op);)
VTOLL_NEON(VQDMULL_scalar, return doubling_scalar_row<DoublingMul>(f, ctx, op);)

}  // namespace vtoll::isa
