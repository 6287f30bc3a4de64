// SPDX-License-Identifier: Apache-2.0
// Shifts by an immediate. ARM DDI 0406C §A7.4.4. op.amount is the distance.
#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

using namespace element;

namespace {

// --- operations: F::of(operand, distance), F::of(destination, operand, distance) -----------------------------------

// A distance right is 1 to the element's width: one less, then one more, is two shifts that are always defined.
template <class T>
constexpr T plain_right(T m, unsigned distance) {
    return static_cast<T>(static_cast<T>(m >> (distance - 1)) >> 1);
}
template <class T>
constexpr T rounded_right(T m, unsigned distance) {
    const T last = static_cast<T>(m >> (distance - 1));
    return wrap_add<T>(static_cast<T>(last >> 1), last & 1);
}

struct Right {
    template <class T>
    static T of(T, T m, unsigned k) {
        return plain_right(m, k);
    }
};
struct RightRounded {
    template <class T>
    static T of(T, T m, unsigned k) {
        return rounded_right(m, k);
    }
};
struct RightAdd {
    static constexpr bool accumulates = true;
    template <class T>
    static T of(T d, T m, unsigned k) {
        return wrap_add(d, plain_right(m, k));
    }
};
struct RightRoundedAdd {
    static constexpr bool accumulates = true;
    template <class T>
    static T of(T d, T m, unsigned k) {
        return wrap_add(d, rounded_right(m, k));
    }
};
struct RightInsert {
    static constexpr bool accumulates = true;
    template <class T>
    static T of(T d, T m, unsigned k) {
        const T kept = plain_right(static_cast<T>(~T{0}), k);
        return static_cast<T>((d & ~kept) | plain_right(m, k));
    }
};
struct Left {
    template <class T>
    static T of(T, T m, unsigned k) {
        return static_cast<T>(m << k);
    }
};
struct LeftInsert {
    static constexpr bool accumulates = true;
    template <class T>
    static T of(T d, T m, unsigned k) {
        const T moved = static_cast<T>(T(~T{0}) << k);
        return static_cast<T>((d & ~moved) | static_cast<T>(m << k));
    }
};

// --- bodies --------------------------------------------------------------------------------------------------------

template <class F, class T, unsigned Bytes>
void shift_lanes(CpuState& s, const Op& op) {
    const auto m = read_lanes<T, Bytes>(s, op.rm);
    auto d = read_lanes<T, Bytes>(s, op.rd);
    const unsigned distance = op.amount;
    for (unsigned i = 0; i < d.count; ++i) d[i] = F::of(d[i], m[i], distance);
    write_lanes(s, op.rd, d);
}

template <class To, class T, unsigned Bytes>
void saturating_left(CpuState& s, const Op& op) {
    const auto m = read_lanes<T, Bytes>(s, op.rm);
    Lanes<To, Bytes> d;
    T saturated{};
    for (unsigned i = 0; i < d.count; ++i) d[i] = saturating_shift_left<To>(m[i], op.amount, saturated);
    note_saturation(s, saturated);
    write_lanes(s, op.rd, d);
}

/// Dd = low halves of Qm >> distance. T is the narrow type.
template <class T, bool Round>
void narrow_right(CpuState& s, const Op& op) {
    const auto m = read_lanes<Wide<T>, 16>(s, op.rm);
    const unsigned distance = op.amount;
    Lanes<T, 8> d;
    for (unsigned i = 0; i < d.count; ++i)
        d[i] = static_cast<T>(Round ? rounded_right(m[i], distance) : plain_right(m[i], distance));
    write_lanes(s, op.rd, d);
}

/// Dd = saturated Qm >> distance. To: the element of the result, From: of the operand.
template <class To, class From, bool Round>
void saturating_narrow_right(CpuState& s, const Op& op) {
    const auto m = read_lanes<From, 16>(s, op.rm);
    const unsigned distance = op.amount;
    Lanes<To, 8> d;
    From saturated{};
    for (unsigned i = 0; i < d.count; ++i) {
        const From shifted = Round ? rounded_right(m[i], distance) : plain_right(m[i], distance);
        d[i] = saturate<To>(shifted, saturated);
    }
    note_saturation(s, saturated);
    write_lanes(s, op.rd, d);
}

/// Qd = widened Dm << distance.
template <class T>
void long_left(CpuState& s, const Op& op) {
    using W = Wide<T>;
    const auto m = read_lanes<T, 8>(s, op.rm);
    Lanes<W, 16> d;
    for (unsigned i = 0; i < d.count; ++i) d[i] = static_cast<W>(W{m[i]} << op.amount);
    write_lanes(s, op.rd, d);
}

// --- translators ---------------------------------------------------------------------------------------------------

/// L:imm6. Narrowing and long shifts have no L.
u32 shift_field(auto f) { return f('L', 0) << 6 | f('k'); }

/// Size 0..3 of the elements, from the highest one of L:imm6. False: a modified immediate.
bool set_size(auto f, Decoding& op, u32& size) {
    const u32 i = shift_field(f);
    if (i < 8) return false;
    size = static_cast<u32>(std::bit_width(i)) - 4;
    op.properties.shifted = true;
    return true;
}
u8 right_distance(auto f, u32 size) { return static_cast<u8>((16u << size) - shift_field(f)); }
u8 left_distance(auto f, u32 size) { return static_cast<u8>(shift_field(f) - (8u << size)); }

template <class F, bool IsLeft>
Decoded shift_row(auto f, const DecodeContext& ctx, Decoding& op) {
    u32 size;
    if (!set_size(f, op, size)) return Decoded::not_this_row;
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    if (requires { F::accumulates; }) reads_destination(op);
    op.amount = IsLeft ? left_distance(f, size) : right_distance(f, size);
    const bool quad = f('Q');
    const auto use = [&](auto t) {
        using T = decltype(t);
        return quad ? bind_neon<shift_lanes<F, T, 16>>(op) : bind_neon<shift_lanes<F, T, 8>>(op);
    };
    if constexpr (std::is_same_v<F, Left> || std::is_same_v<F, LeftInsert> || std::is_same_v<F, RightInsert>)
        return with_unsigned(size, use);
    else return with_element(size, f('U'), use);
}

template <bool ToUnsigned>
Decoded saturating_left_row(auto f, const DecodeContext& ctx, Decoding& op) {
    u32 size;
    if (!set_size(f, op, size)) return Decoded::not_this_row;
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    sets_sticky(op, flag::fp_status);
    op.amount = left_distance(f, size);
    const bool quad = f('Q');
    const auto use = [&](auto t) {
        using T = decltype(t);
        using To = std::conditional_t<ToUnsigned, Unsigned<T>, T>;
        return quad ? bind_neon<saturating_left<To, T, 16>>(op) : bind_neon<saturating_left<To, T, 8>>(op);
    };
    if constexpr (ToUnsigned) return with_signed(size, use);
    else return with_element(size, f('U'), use);
}

Decoded set_narrow(auto f, const DecodeContext& ctx, Decoding& op, u32& size) {
    if (!set_size(f, op, size)) return Decoded::not_this_row;
    if (!set_registers(f, ctx, op, false, false, true)) return Decoded::undefined;
    op.amount = right_distance(f, size);
    return Decoded::ok;
}

template <bool Round>
Decoded narrow_row(auto f, const DecodeContext& ctx, Decoding& op) {
    u32 size;
    if (const Decoded d = set_narrow(f, ctx, op, size); d != Decoded::ok) return d;
    return with_small_unsigned(size, [&](auto t) { return bind_neon<narrow_right<decltype(t), Round>>(op); });
}
template <bool Round>
Decoded saturating_narrow_row(auto f, const DecodeContext& ctx, Decoding& op) {
    u32 size;
    if (const Decoded d = set_narrow(f, ctx, op, size); d != Decoded::ok) return d;
    sets_sticky(op, flag::fp_status);
    return with_small_element(size, f('U'), [&](auto t) {
        using T = decltype(t);
        return bind_neon<saturating_narrow_right<T, Wide<T>, Round>>(op);
    });
}
template <bool Round>
Decoded saturating_narrow_to_unsigned_row(auto f, const DecodeContext& ctx, Decoding& op) {
    u32 size;
    if (const Decoded d = set_narrow(f, ctx, op, size); d != Decoded::ok) return d;
    sets_sticky(op, flag::fp_status);
    return with_small_signed(size, [&](auto t) {
        using T = decltype(t);
        return bind_neon<saturating_narrow_right<Unsigned<T>, Wide<T>, Round>>(op);
    });
}

Decoded long_row(auto f, const DecodeContext& ctx, Decoding& op, u32 size, u32 distance) {
    if (!set_registers(f, ctx, op, true, false, false)) return Decoded::undefined;
    op.amount = static_cast<u8>(distance);
    return with_small_element(size, f('U'), [&](auto t) { return bind_neon<long_left<decltype(t)>>(op); });
}

}  // namespace

VTOLL_NEON(VSHR, return (shift_row<Right, false>(f, ctx, op));)
VTOLL_NEON(VSRA, return (shift_row<RightAdd, false>(f, ctx, op));)
VTOLL_NEON(VRSHR, return (shift_row<RightRounded, false>(f, ctx, op));)
VTOLL_NEON(VRSRA, return (shift_row<RightRoundedAdd, false>(f, ctx, op));)
VTOLL_NEON(VSRI, return (shift_row<RightInsert, false>(f, ctx, op));)
VTOLL_NEON(VSHL_imm, return (shift_row<Left, true>(f, ctx, op));)
VTOLL_NEON(VSLI, return (shift_row<LeftInsert, true>(f, ctx, op));)
VTOLL_NEON(VQSHL_imm, return saturating_left_row<false>(f, ctx, op);)
VTOLL_NEON(VQSHLU, return saturating_left_row<true>(f, ctx, op);)

VTOLL_NEON(VSHRN, return narrow_row<false>(f, ctx, op);)
VTOLL_NEON(VRSHRN, return narrow_row<true>(f, ctx, op);)
VTOLL_NEON(VQSHRN, return saturating_narrow_row<false>(f, ctx, op);)
VTOLL_NEON(VQRSHRN, return saturating_narrow_row<true>(f, ctx, op);)
VTOLL_NEON(VQSHRUN, return saturating_narrow_to_unsigned_row<false>(f, ctx, op);)
VTOLL_NEON(VQRSHRUN, return saturating_narrow_to_unsigned_row<true>(f, ctx, op);)

VTOLL_NEON(VSHLL, {
    u32 size;
    if (!set_size(f, op, size)) return Decoded::not_this_row;
    return long_row(f, ctx, op, size, left_distance(f, size));
})
VTOLL_NEON(VMOVL_8, return long_row(f, ctx, op, 0, 0);)
VTOLL_NEON(VMOVL_16, return long_row(f, ctx, op, 1, 0);)
VTOLL_NEON(VMOVL_32, return long_row(f, ctx, op, 2, 0);)

}  // namespace vtoll::isa
