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
inline Decoded bind_vfp(Op& op) {
    return bind<detail::vfp_checked<Body, false>>(op);
}
template <auto Body>
inline Decoded bind_simd(Op& op) {
    return bind<detail::vfp_checked<Body, true>>(op);
}

// --- decoding -------------------------------------------------------------------------------------------------------

/// The T32 rows are made from the A32 ones (encoding.cpp): only the latter have a condition field.
inline bool is_a32_row(const Fields& f) { return f.has('c'); }

/// Number of a single (double) register: the letter holds Vx, its upper case the extra bit. ARM DDI 0406C §A7.3.
inline u32 single_register(const Fields& f, char letter) {
    return f(letter) << 1 | f(static_cast<char>(letter - 'a' + 'A'));
}
inline u32 double_register(const Fields& f, char letter) {
    return f(static_cast<char>(letter - 'a' + 'A')) << 4 | f(letter);
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
