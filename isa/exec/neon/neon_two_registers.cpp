// SPDX-License-Identifier: Apache-2.0
// Two registers, miscellaneous: what is done to each element by itself. ARM DDI 0406C §A7.4.5.
#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

// --- operations ----------------------------------------------------------------------------------------------------

template <class T>
T negative(T m) {
    return wrap_sub(T{0}, m);
}

struct LeadingZeros {
    template <class T>
    static T of(T m) {
        return static_cast<T>(std::countl_zero(m));
    }
};
/// Bits after the sign bit that equal it.
struct LeadingSigns {
    template <class T>
    static T of(T m) {
        const auto flips = static_cast<Unsigned<T>>(m ^ static_cast<T>(m >> 1));
        return static_cast<T>(std::countl_zero(flips) - 1);  // the top bit of `flips` is always 0
    }
};
struct Ones {
    static u8 of(u8 m) { return static_cast<u8>(std::popcount(m)); }
};
struct Not {
    static u64 of(u64 m) { return ~m; }
};

struct Abs {
    template <class T>
    static T of(T m) {
        return m < 0 ? negative(m) : m;
    }
};
struct Negate {
    template <class T>
    static T of(T m) {
        return negative(m);
    }
};
// The lowest number has no negative: it is its own, and its complement is the highest.
struct SaturatingAbs {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T m, T& saturated) {
        const T over = mask_if<T>(m == lowest<T>);
        saturated |= over;
        return Abs::of(m) ^ over;
    }
};
struct SaturatingNegate {
    static constexpr bool saturates = true;
    template <class T>
    static T of(T m, T& saturated) {
        const T over = mask_if<T>(m == lowest<T>);
        saturated |= over;
        return negative(m) ^ over;
    }
};

template <class Compare>
struct WithZero {
    template <class T>
    static T of(T m) {
        return Compare::of(m, T{0});
    }
};
struct ZeroGreaterEqual {
    template <class T>
    static T of(T m) {
        return GreaterEqual::of(T{0}, m);
    }
};
struct ZeroGreater {
    template <class T>
    static T of(T m) {
        return Greater::of(T{0}, m);
    }
};

// --- bodies --------------------------------------------------------------------------------------------------------

/// Sums of neighbours, widened; added to the destination when `Accumulate`.
template <class T, unsigned Bytes, bool Accumulate>
void pair_sums(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto m = read_lanes<T, Bytes>(s, op.rm);
    auto d = read_lanes<W, Bytes>(s, op.rd);
    for (unsigned i = 0; i < d.count; ++i) {
        const W sum = static_cast<W>(W{m[2 * i]} + W{m[2 * i + 1]});
        d[i] = Accumulate ? wrap_add(d[i], sum) : sum;
    }
    write_lanes(s, op.rd, d);
}

template <class T>
void narrow(CpuState& s, const Op& op) {
    const auto m = read_lanes<Wide<T>, 16>(s, op.rm);
    Lanes<T, 8> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = static_cast<T>(m[i]);
    write_lanes(s, op.rd, d);
}
template <class To, class From>
void saturating_narrow(CpuState& s, const Op& op) {
    const auto m = read_lanes<From, 16>(s, op.rm);
    Lanes<To, 8> d;
    From saturated{};
    for (unsigned i = 0; i < d.count; ++i) d[i] = saturate<To>(m[i], saturated);
    note_saturation(s, saturated);
    write_lanes(s, op.rd, d);
}
template <class T>
void long_left_by_width(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto m = read_lanes<T, 8>(s, op.rm);
    Lanes<W, 16> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = static_cast<W>(W{m[i]} << bits_of<T>);
    write_lanes(s, op.rd, d);
}

// --- translators ---------------------------------------------------------------------------------------------------

template <class F>
Decoded unsigned_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_two<F, decltype(t)>(op, f('Q')); });
}
template <class F>
Decoded signed_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_signed(f('z'), [&](auto t) { return bind_two<F, decltype(t)>(op, f('Q')); });
}

template <bool Accumulate>
Decoded pair_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    if (Accumulate) reads_destination(op);
    return with_small_element(f('z'), f('u'), [&](auto t) {
        using T = decltype(t);
        return f('Q') ? bind_neon<pair_sums<T, 16, Accumulate>>(op) : bind_neon<pair_sums<T, 8, Accumulate>>(op);
    });
}

}  // namespace

VTOLL_NEON(VCLS, return signed_row<LeadingSigns>(f, ctx, op);)
VTOLL_NEON(VCLZ, return unsigned_row<LeadingZeros>(f, ctx, op);)
VTOLL_NEON(VCNT, return set_registers(f, ctx, op) ? bind_two<Ones, u8>(op, f('Q')) : Decoded::undefined;)
VTOLL_NEON(VMVN_reg, return set_registers(f, ctx, op) ? bind_two<Not, u64>(op, f('Q')) : Decoded::undefined;)
VTOLL_NEON(VQABS, return signed_row<SaturatingAbs>(f, ctx, op);)
VTOLL_NEON(VQNEG, return signed_row<SaturatingNegate>(f, ctx, op);)
VTOLL_NEON(VABS_int, return signed_row<Abs>(f, ctx, op);)
VTOLL_NEON(VNEG_int, return signed_row<Negate>(f, ctx, op);)

VTOLL_NEON(VCGT_int_zero, return signed_row<WithZero<Greater>>(f, ctx, op);)
VTOLL_NEON(VCGE_int_zero, return signed_row<WithZero<GreaterEqual>>(f, ctx, op);)
VTOLL_NEON(VCEQ_int_zero, return signed_row<WithZero<Equal>>(f, ctx, op);)
VTOLL_NEON(VCLE_int_zero, return signed_row<ZeroGreaterEqual>(f, ctx, op);)
VTOLL_NEON(VCLT_int_zero, return signed_row<ZeroGreater>(f, ctx, op);)

VTOLL_NEON(VPADDL, return pair_row<false>(f, ctx, op);)
VTOLL_NEON(VPADAL, return pair_row<true>(f, ctx, op);)

VTOLL_NEON(VMOVN, {
    if (!set_registers(f, ctx, op, false, false, true)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_neon<narrow<decltype(t)>>(op); });
})
VTOLL_NEON(VQMOVUN, {
    if (!set_registers(f, ctx, op, false, false, true)) return Decoded::undefined;
    sets_sticky(op, flag::fp_status);
    return with_small_signed(f('z'), [&](auto t) {
        using T = decltype(t);
        return bind_neon<saturating_narrow<Unsigned<T>, Wide<T>>>(op);
    });
})
VTOLL_NEON(VQMOVN, {
    if (!set_registers(f, ctx, op, false, false, true)) return Decoded::undefined;
    sets_sticky(op, flag::fp_status);
    return with_small_element(f('z'), f('u'), [&](auto t) {
        using T = decltype(t);
        return bind_neon<saturating_narrow<T, Wide<T>>>(op);
    });
})
VTOLL_NEON(VSHLL_max, {
    if (!set_registers(f, ctx, op, true, false, false)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) { return bind_neon<long_left_by_width<decltype(t)>>(op); });
})

}  // namespace vtoll::isa
