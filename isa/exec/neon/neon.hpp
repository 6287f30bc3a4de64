// SPDX-License-Identifier: Apache-2.0
// What all Advanced SIMD translators and bodies share: the access check, register numbers, the register file as lanes.
#pragma once

#include <cstring>
#include <type_traits>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/vfp/vfp.hpp"

namespace vtoll::isa {

// --- binding: one function per body, whatever its condition. Bodies are many, and conditional ones are rare --------

namespace detail {

/// Takes the exception that CheckAdvSIMDOrVFPEnabled() asks for. `simd_enabled` is exact: it always does.
const Op* simd_refused(CpuState& s, const Op* op);

template <auto Body>
const Op* simd_always(CpuState& s, const Op* op) {
    if (!s.simd_enabled) [[unlikely]]
        return simd_refused(s, op);
    return run_body<Body>(s, op);
}
template <auto Body>
const Op* simd_conditional(CpuState& s, const Op* op) {
    if (!ConditionPassed(s, op->cond)) VTOLL_NEXT(s, op);
    return simd_always<Body>(s, op);
}

}  // namespace detail

/// bind<> for Advanced SIMD bodies, none of which reads r15.
template <auto Body>
inline Decoded bind_neon(Decoding& op) {
    op.fn = op.cond < 14 ? &detail::simd_conditional<Body> : &detail::simd_always<Body>;
    return Decoded::ok;
}

// --- decoding ------------------------------------------------------------------------------------------------------

inline bool has_neon(const DecodeContext& ctx) {
    return ctx.features->neon && ctx.features->vfp && ctx.features->vfp_d32;
}

/// The register in field X, a pair from there on if `quad`; false: an odd number for a pair, UNDEFINED (§A7.3).
template <char X>
bool neon_register(auto f, u8& reg, bool quad) {
    reg = static_cast<u8>(double_register<X>(f));
    return !(quad && reg & 1);
}
/// Vd, which is written, and Vn, which is read: their numbers as doubleword registers go to op.rd and op.rn. False:
/// UNDEFINED, also because there is no Advanced SIMD. op.units: doublewords of the result; of a multiplication, those
/// of a factor, twice for words, which multipliers of half a word take in two passes.
bool set_destination_and_first(auto f, const DecodeContext& ctx, Decoding& op, bool quad_d, bool quad_n) {
    bool even = neon_register<'d'>(f, op.rd, quad_d);
    writes_doubles(op, op.rd, 1u + quad_d);
    op.units = static_cast<u8>(1u + quad_d);
    if (op.cls == CostClass::neon_mul) {
        bool words = false;
        if constexpr (f.has('z')) words = f('z') == 2;
        op.units = static_cast<u8>((1u + quad_n) << words);
    }
    if constexpr (f.has('n')) {
        even &= neon_register<'n'>(f, op.rn, quad_n);
        reads_doubles(op, op.rn, 1u + quad_n);
    }
    return has_neon(ctx) && even;
}
/// The same with Vm, which goes to op.rm. Rows lack Vn, or Vm, or both.
bool set_registers(auto f, const DecodeContext& ctx, Decoding& op, bool quad_d, bool quad_n, bool quad_m) {
    bool ok = set_destination_and_first(f, ctx, op, quad_d, quad_n);
    if constexpr (f.has('m')) {
        ok &= neon_register<'m'>(f, op.rm, quad_m);
        reads_doubles(op, op.rm, 1u + quad_m);
    }
    return ok;
}
/// All of them are doubleword or quadword registers by the field Q.
bool set_registers(auto f, const DecodeContext& ctx, Decoding& op) {
    const bool q = f('Q');
    return set_registers(f, ctx, op, q, q, q);
}

/// The result depends on what is in the destination.
inline void reads_destination(Decoding& op) { op.roles.ext_reads |= op.roles.ext_writes; }

/// Calls `use` with the unsigned (signed) element type of 8 << size bits.
template <class Use>
inline Decoded with_unsigned(u32 size, Use use) {
    switch (size) {
    case 0: return use(u8{});
    case 1: return use(u16{});
    case 2: return use(u32{});
    default: return use(u64{});
    }
}
template <class Use>
inline Decoded with_signed(u32 size, Use use) {
    return with_unsigned(size, [&](auto zero) { return use(std::make_signed_t<decltype(zero)>{}); });
}
template <class Use>
inline Decoded with_element(u32 size, bool is_unsigned, Use use) {
    return is_unsigned ? with_unsigned(size, use) : with_signed(size, use);
}
/// The same for instructions without 64-bit elements, which need no bodies for them.
template <class Use>
inline Decoded with_small_unsigned(u32 size, Use use) {
    switch (size) {
    case 0: return use(u8{});
    case 1: return use(u16{});
    case 2: return use(u32{});
    default: return Decoded::undefined;
    }
}
template <class Use>
inline Decoded with_small_signed(u32 size, Use use) {
    return with_small_unsigned(size, [&](auto zero) { return use(std::make_signed_t<decltype(zero)>{}); });
}
template <class Use>
inline Decoded with_small_element(u32 size, bool is_unsigned, Use use) {
    return is_unsigned ? with_small_unsigned(size, use) : with_small_signed(size, use);
}

// --- element types -------------------------------------------------------------------------------------------------

namespace neon_type {
template <class T>
struct Twice;
template <>
struct Twice<u8> {
    using type = u16;
};
template <>
struct Twice<u16> {
    using type = u32;
};
template <>
struct Twice<u32> {
    using type = u64;
};
template <>
struct Twice<s8> {
    using type = s16;
};
template <>
struct Twice<s16> {
    using type = s32;
};
template <>
struct Twice<s32> {
    using type = s64;
};
}  // namespace neon_type

/// The element type of double width and the same signedness.
template <class T>
using Wide = typename neon_type::Twice<T>::type;
template <class T>
using Unsigned = std::make_unsigned_t<T>;
template <class T>
using Signed = std::make_signed_t<T>;
template <class T>
inline constexpr unsigned bits_of = 8 * sizeof(T);

/// Products and sums that wrap: a type in which they do without promotion to int.
template <class T>
using Modular = std::conditional_t<sizeof(T) == 8, u64, u32>;

// --- lanes ---------------------------------------------------------------------------------------------------------

/// Elements of a register of `Bytes` bytes, lowest first.
template <class T, unsigned Bytes>
struct Lanes {
    static constexpr unsigned count = Bytes / sizeof(T);
    T v[count];
    T& operator[](unsigned i) { return v[i]; }
    const T& operator[](unsigned i) const { return v[i]; }
};

/// Register D<n> or the pair (Q register) that starts there.
template <class T, unsigned Bytes>
[[gnu::always_inline]] inline Lanes<T, Bytes> read_lanes(const CpuState& s, u32 n) {
    Lanes<T, Bytes> out;
    std::memcpy(out.v, &s.d[n], Bytes);
    return out;
}
template <class T, unsigned Bytes>
[[gnu::always_inline]] inline void write_lanes(CpuState& s, u32 n, const Lanes<T, Bytes>& lanes) {
    std::memcpy(&s.d[n], lanes.v, Bytes);
}

/// FPSCR.QC: some element of this or an earlier instruction saturated.
inline constexpr u32 fpscr_qc = 1u << 27;
[[gnu::always_inline]] inline void note_saturation(CpuState& s, bool saturated) {
    if (saturated) s.fpscr |= fpscr_qc;
}

}  // namespace vtoll::isa

// A translator of this namespace. The arguments are `f`, `ctx` and `op`.
#define VTOLL_NEON(fn, ...) \
    VTOLL_TRANSLATE(neon, fn) { __VA_ARGS__ }
