// SPDX-License-Identifier: Apache-2.0
// Elements that change places: VREV, VSWP, VTRN, VUZP, VZIP, VEXT, VTBL, VTBX, VDUP. ARM DDI 0406C §A7.4.5, §A8.8.
#include <algorithm>

#include "isa/exec/neon/neon_body.hpp"

namespace vtoll::isa {

namespace {

// --- reverse the elements of every group of `Group` bytes ----------------------------------------------------------

template <class T, unsigned Group, unsigned Bytes>
void reverse(CpuState& s, const Op& op) {
    const auto m = read_lanes<T, Bytes>(s, op.rm);
    Lanes<T, Bytes> d;
    constexpr unsigned flip = Group / sizeof(T) - 1;
    for (unsigned i = 0; i < d.count; ++i) d[i] = m[i ^ flip];
    write_lanes(s, op.rd, d);
}

template <unsigned Group>
Decoded reverse_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    return with_small_unsigned(f('z'), [&](auto t) {
        using T = decltype(t);
        if constexpr (sizeof(T) < Group)
            return f('Q') ? bind_neon<reverse<T, Group, 16>>(op) : bind_neon<reverse<T, Group, 8>>(op);
        else return Decoded::undefined;
    });
}

// --- two registers in place ----------------------------------------------------------------------------------------
// With one register as both operands VTRN, VUZP and VZIP leave it UNKNOWN: here, what would be Vm.

/// Both operands are read and written.
void exchanges(Decoding& op) {
    reads_destination(op);
    op.roles.ext_writes = op.roles.ext_reads;
}

template <unsigned Registers>
void swap_registers(CpuState& s, const Op& op) {
    for (unsigned i = 0; i < Registers; ++i) std::swap(s.d[op.rd + i], s.d[op.rm + i]);
}

struct Transpose {
    template <class L>
    static void of(const L& d, const L& m, L& to_d, L& to_m) {
        for (unsigned i = 0; i < d.count; i += 2) {
            to_d[i] = d[i];
            to_d[i + 1] = m[i];
            to_m[i] = d[i + 1];
            to_m[i + 1] = m[i + 1];
        }
    }
};
struct Unzip {
    template <class L>
    static void of(const L& d, const L& m, L& to_d, L& to_m) {
        constexpr unsigned half = L::count / 2;
        for (unsigned i = 0; i < half; ++i) {
            to_d[i] = d[2 * i];
            to_d[half + i] = m[2 * i];
            to_m[i] = d[2 * i + 1];
            to_m[half + i] = m[2 * i + 1];
        }
    }
};
struct Zip {
    template <class L>
    static void of(const L& d, const L& m, L& to_d, L& to_m) {
        constexpr unsigned half = L::count / 2;
        for (unsigned i = 0; i < half; ++i) {
            to_d[2 * i] = d[i];
            to_d[2 * i + 1] = m[i];
            to_m[2 * i] = d[half + i];
            to_m[2 * i + 1] = m[half + i];
        }
    }
};

template <class F, class T, unsigned Bytes>
void permute(CpuState& s, const Op& op) {
    const auto d = read_lanes<T, Bytes>(s, op.rd), m = read_lanes<T, Bytes>(s, op.rm);
    Lanes<T, Bytes> to_d, to_m;
    F::of(d, m, to_d, to_m);
    write_lanes(s, op.rd, to_d);
    write_lanes(s, op.rm, to_m);
}

template <class F>
Decoded permute_row(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool quad = f('Q'), transpose = std::is_same_v<F, Transpose>;
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    exchanges(op);
    if (!quad && !transpose && f('z') == 2) return Decoded::undefined;  // two elements to a register: VTRN does it
    return with_small_unsigned(f('z'), [&](auto t) {
        using T = decltype(t);
        return quad ? bind_neon<permute<F, T, 16>>(op) : bind_neon<permute<F, T, 8>>(op);
    });
}

// --- extract: op.amount bytes are left out at the bottom of Vm:Vn --------------------------------------------------

template <unsigned Bytes>
void extract(CpuState& s, const Op& op) {
    u8 both[2 * Bytes];
    std::memcpy(both, &s.d[op.rn], Bytes);
    std::memcpy(both + Bytes, &s.d[op.rm], Bytes);
    std::memcpy(&s.d[op.rd], both + op.amount, Bytes);
}

// --- table look-up: op.amount bytes in registers from op.rn on -----------------------------------------------------

template <bool Extend>
void look_up(CpuState& s, const Op& op) {
    const auto* table = reinterpret_cast<const u8*>(&s.d[op.rn]);
    const auto m = read_lanes<u8, 8>(s, op.rm);
    auto d = read_lanes<u8, 8>(s, op.rd);
    for (unsigned i = 0; i < d.count; ++i) d[i] = m[i] < op.amount ? table[m[i]] : Extend ? d[i] : u8{0};
    write_lanes(s, op.rd, d);
}

template <bool Extend>
Decoded look_up_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!set_registers(f, ctx, op, false, false, false)) return Decoded::undefined;
    const u32 length = f('l') + 1;
    if (op.rn + length > 32) return Decoded::unpredictable;
    reads_doubles(op, op.rn, length);
    if (Extend) reads_destination(op);
    op.amount = static_cast<u8>(8 * length);
    return bind_neon<look_up<Extend>>(op);
}

// --- duplicate -----------------------------------------------------------------------------------------------------

template <class T, unsigned Registers>
[[gnu::always_inline]] inline void fill(CpuState& s, const Op& op, T value) {
    constexpr u64 ones = ~u64{0} / static_cast<T>(~T{0});
    for (unsigned i = 0; i < Registers; ++i) s.d[op.rd + i] = value * ones;
}
template <class T, unsigned Registers>
void duplicate_element(CpuState& s, const Op& op) {
    fill<T, Registers>(s, op, static_cast<T>(s.d[op.rm] >> op.amount));
}
template <class T, unsigned Registers>
void duplicate_core(CpuState& s, const Op& op) {
    fill<T, Registers>(s, op, static_cast<T>(s.r[op.rn]));
}

template <class T>
Decoded duplicate_row(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool quad = f('Q');
    if (!set_registers(f, ctx, op, quad, false, false)) return Decoded::undefined;
    op.amount = static_cast<u8>(f('x') * bits_of<T>);
    return quad ? bind_neon<duplicate_element<T, 2>>(op) : bind_neon<duplicate_element<T, 1>>(op);
}
template <class T>
Decoded duplicate_core_row(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool quad = f('Q');
    const u32 t = f('t');
    if (!set_registers(f, ctx, op, quad, false, false)) return Decoded::undefined;
    if (t == 15 || (t == 13 && f.thumb())) return Decoded::unpredictable;
    op.rn = reads(op, t);
    op.units = 1;
    return quad ? bind_neon<duplicate_core<T, 2>>(op) : bind_neon<duplicate_core<T, 1>>(op);
}

}  // namespace

VTOLL_NEON(VREV64, return reverse_row<8>(f, ctx, op);)
VTOLL_NEON(VREV32, return reverse_row<4>(f, ctx, op);)
VTOLL_NEON(VREV16, return reverse_row<2>(f, ctx, op);)

VTOLL_NEON(VSWP, {
    if (!set_registers(f, ctx, op)) return Decoded::undefined;
    exchanges(op);
    return f('Q') ? bind_neon<swap_registers<2>>(op) : bind_neon<swap_registers<1>>(op);
})
VTOLL_NEON(VTRN, return permute_row<Transpose>(f, ctx, op);)
VTOLL_NEON(VUZP, return permute_row<Unzip>(f, ctx, op);)
VTOLL_NEON(VZIP, return permute_row<Zip>(f, ctx, op);)

VTOLL_NEON(VEXT, {
    const bool quad = f('Q');
    if (!set_registers(f, ctx, op) || (!quad && f('i') >= 8)) return Decoded::undefined;
    op.amount = static_cast<u8>(f('i'));
    return quad ? bind_neon<extract<16>>(op) : bind_neon<extract<8>>(op);
})
VTOLL_NEON(VTBL, return look_up_row<false>(f, ctx, op);)
VTOLL_NEON(VTBX, return look_up_row<true>(f, ctx, op);)

VTOLL_NEON(VDUP_8, return duplicate_row<u8>(f, ctx, op);)
VTOLL_NEON(VDUP_16, return duplicate_row<u16>(f, ctx, op);)
VTOLL_NEON(VDUP_32, return duplicate_row<u32>(f, ctx, op);)
VTOLL_NEON(VDUP_core_8, return duplicate_core_row<u8>(f, ctx, op);)
VTOLL_NEON(VDUP_core_16, return duplicate_core_row<u16>(f, ctx, op);)
VTOLL_NEON(VDUP_core_32, return duplicate_core_row<u32>(f, ctx, op);)

}  // namespace vtoll::isa
