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

/// The register of format T in the field `letter` goes to `reg`. False: there is no such register.
template <class T>
inline bool fp_register(const Fields& f, const DecodeContext& ctx, char letter, u8& reg) {
    const u32 n = sizeof(T) == 4 ? single_register(f, letter) : double_register(f, letter);
    reg = static_cast<u8>(n);
    return has_double(ctx, sizeof(T) == 4 ? n / 2 : n);
}

template <auto Body, class T>
inline Decoded three_fp_registers(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!fp_register<T>(f, ctx, 'd', op.rd) || !fp_register<T>(f, ctx, 'n', op.rn) ||
        !fp_register<T>(f, ctx, 'm', op.rm))
        return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body, class To, class From = To>
inline Decoded two_fp_registers(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!fp_register<To>(f, ctx, 'd', op.rd) || !fp_register<From>(f, ctx, 'm', op.rm)) return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

template <auto Body, class T>
inline Decoded one_fp_register(const Fields& f, const DecodeContext& ctx, Op& op) {
    if (!fp_register<T>(f, ctx, 'd', op.rd)) return Decoded::undefined;
    op.units = 1;
    return bind_vfp<Body>(op);
}

inline bool short_vectors(const CpuState& s) { return s.fpscr & fp::fpscr::Len; }

}  // namespace vtoll::isa

#define VTOLL_VFP(fn, ...) \
    Decoded vfp::fn(const Fields& f, const DecodeContext& ctx, Op& op) { return __VA_ARGS__(f, ctx, op); }
