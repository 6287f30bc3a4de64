// SPDX-License-Identifier: Apache-2.0
// What all VFP and Advanced SIMD translators and bodies share: access checks, register numbers, the register file.
#pragma once

#include <cstring>

#include "isa/exec/exec.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

// --- access checks, ARM DDI 0406C §B1.11.1 -----------------------------------------------------------------------

namespace detail {

inline bool simd_enabled(const CpuState& s) {
    constexpr u32 asedis = 1u << 31;  // CPACR
    return s.fp_enabled && !(s.sys.hcptr & hcptr::TASE) && !(s.sys.cpacr & asedis);
}

template <auto Body, bool Simd>
[[gnu::noinline]] const Op* vfp_checked_slow(CpuState& s, const Op* op) {
    if (!CheckAdvSIMDOrVFPEnabled(s, *op, true, Simd)) return nullptr;
    return run_body<Body>(s, op);
}

/// The slow half is a sibling call so that the quick half needs no frame.
template <auto Body, bool Simd>
[[gnu::always_inline]] inline const Op* vfp_checked(CpuState& s, const Op* op) {
    if (Simd ? simd_enabled(s) : s.fp_enabled) [[likely]]
        return run_body<Body>(s, op);
    return vfp_checked_slow<Body, Simd>(s, op);
}

}  // namespace detail

/// bind<> for a body that runs only where VFP (Advanced SIMD) instructions may.
template <auto Body>
inline Decoded bind_vfp(Decoding& op) {
    return bind<detail::vfp_checked<Body, false>>(op);
}
template <auto Body>
inline Decoded bind_simd(Decoding& op) {
    return bind<detail::vfp_checked<Body, true>>(op);
}

// --- decoding -------------------------------------------------------------------------------------------------------

/// Number of a single (double) register: the letter holds Vx, its upper case the extra bit. ARM DDI 0406C §A7.3.
template <char X>
u32 single_register(auto f) {
    return f(X) << 1 | f(static_cast<char>(X - 'a' + 'A'));
}
template <char X>
u32 double_register(auto f) {
    return f(static_cast<char>(X - 'a' + 'A')) << 4 | f(X);
}

// --- roles of extension registers. A word of the register file is a single: S<n> is word n
// -----------------------------

/// `count` doubleword registers from D<d> on.
constexpr u32 doubles(u32 d, u32 count) { return static_cast<u32>(((u64{1} << count) - 1) << d); }

inline void reads_doubles(Decoding& op, u32 d, u32 count = 1) { op.roles.ext_reads |= doubles(d, count); }
inline void writes_doubles(Decoding& op, u32 d, u32 count = 1) { op.roles.ext_writes |= doubles(d, count); }
inline void reads_words(Decoding& op, u32 word, u32 count) {
    for (u32 w = word; w < word + count; ++w) op.roles.ext_reads |= 1u << (w / 2);
}
/// A register of which one word is written keeps the other.
inline void writes_words(Decoding& op, u32 word, u32 count) {
    u64 words = 0;
    for (u32 w = word; w < word + count; ++w) words |= u64{1} << w;
    for (u32 d = 0; d < 32; ++d) {
        const u64 of_d = words >> (2 * d) & 3;
        if (of_d) op.roles.ext_writes |= 1u << d;
        if (of_d == 1 || of_d == 2) op.roles.ext_partial |= 1u << d;
    }
}
/// Floating-point arithmetic by the FPSCR.
inline void computes(Decoding& op) {
    reads_flags(op, flag::fp_control);
    sets_sticky(op, flag::fp_status);
}

/// There is a register D<d>.
inline bool has_double(const DecodeContext& ctx, u32 d) {
    return ctx.features->vfp && (d < 16 || ctx.features->vfp_d32);
}

// --- the register file as words: S<n> is word n, D<n> words 2n and 2n+1 (little-endian host) ----------------------

[[gnu::always_inline]] inline u8* register_bytes(CpuState& s, u32 word) {
    return reinterpret_cast<u8*>(s.d.data()) + 4 * word;
}
[[gnu::always_inline]] inline u32 read_s(const CpuState& s, u32 n) {
    u32 value;
    std::memcpy(&value, reinterpret_cast<const u8*>(s.d.data()) + 4 * n, sizeof value);
    return value;
}
[[gnu::always_inline]] inline void write_s(CpuState& s, u32 n, u32 value) {
    std::memcpy(register_bytes(s, n), &value, sizeof value);
}

}  // namespace vtoll::isa
