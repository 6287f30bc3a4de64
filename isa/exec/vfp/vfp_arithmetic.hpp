// SPDX-License-Identifier: Apache-2.0
// What the floating-point data-processing families share: operands, translators, and what Len does.
//
// Short vectors: MVFR0 says there are none. The policy is that of the Cortex-A9 (ARM DDI 0409, FPSCR): Len can be
// written, and while it is not 0 the instructions that would work on vectors, and the fused multiply-adds, are
// UNDEFINED; FPEXC says nothing more. Comparisons and conversions, which are always scalar, run. Stride alone is
// ignored.
#pragma once

#include "isa/encodings/tables.hpp"
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/vfp/vfp.hpp"
#include "isa/fp/fp.hpp"

namespace vtoll::isa {

/// VFP obeys the FPSCR.
inline constexpr fp::Control vfp_control = fp::Control::fpscr;

/// Register `n` of the format T: S<n> for u32, D<n> for u64.
template <class T>
[[gnu::always_inline]] inline T read_fp(const CpuState& s, u32 n) {
    if constexpr (sizeof(T) == 4) return read_s(s, n);
    else return s.d[n];
}
template <class T>
[[gnu::always_inline]] inline void write_fp(CpuState& s, u32 n, T value) {
    if constexpr (sizeof(T) == 4) write_s(s, n, value);
    else s.d[n] = value;
}

/// How an operand takes part.
enum class Use : u8 { read, write, update };

/// The register of format T in the field X goes to `reg`. False: there is no such register.
template <class T, char X>
bool fp_register(auto f, const DecodeContext& ctx, Decoding& op, u8& reg, Use use) {
    constexpr u32 words = sizeof(T) / 4;
    const u32 n = words == 1 ? single_register<X>(f) : double_register<X>(f);
    reg = static_cast<u8>(n);
    if (use != Use::write) reads_words(op, words * n, words);
    if (use != Use::read) writes_words(op, words * n, words);
    op.properties.double_precision |= words == 2;
    return has_double(ctx, words == 1 ? n / 2 : n);
}

template <auto Body, class T, Use Destination = Use::write>
Decoded three_fp_registers(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!fp_register<T, 'd'>(f, ctx, op, op.rd, Destination) || !fp_register<T, 'n'>(f, ctx, op, op.rn, Use::read) ||
        !fp_register<T, 'm'>(f, ctx, op, op.rm, Use::read))
        return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body, class To, class From = To, Use Destination = Use::write>
Decoded two_fp_registers(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!fp_register<To, 'd'>(f, ctx, op, op.rd, Destination) || !fp_register<From, 'm'>(f, ctx, op, op.rm, Use::read))
        return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body, class T, Use Destination = Use::write>
Decoded one_fp_register(auto f, const DecodeContext& ctx, Decoding& op) {
    if (!fp_register<T, 'd'>(f, ctx, op, op.rd, Destination)) return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

inline bool short_vectors(const CpuState& s) { return s.fpscr & fp::fpscr::Len; }

}  // namespace vtoll::isa

#define VTOLL_VFP(fn, ...) \
    VTOLL_TRANSLATE(vfp, fn) { return __VA_ARGS__(f, ctx, op); }
