// SPDX-License-Identifier: Apache-2.0
// Halfword, dual and most-significant-word multiplication. ARM DDI 0406C §A4.4.3. op.shift and op.amount say where
// the halfwords of Rm and Rn start; the long forms keep RdLo in rd and RdHi in ra.
#include <bit>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/saturate.hpp"

namespace vtoll::isa {

namespace {

constexpr s32 half(u32 value, unsigned lsb) { return static_cast<s16>(value >> lsb); }

/// R[d] = value<31:0>, with Q set when the value does not fit.
[[gnu::always_inline]] inline void write_q(CpuState& s, const Op& op, s64 value) {
    s.r[op.rd] = static_cast<u32>(value);
    set_q(s, value != static_cast<s32>(value));
}
[[gnu::always_inline]] inline void add_long(CpuState& s, const Op& op, s64 value) {
    const u64 sum = ((u64(s.r[op.ra]) << 32) | s.r[op.rd]) + static_cast<u64>(value);
    s.r[op.rd] = static_cast<u32>(sum);
    s.r[op.ra] = static_cast<u32>(sum >> 32);
}

// --- halfwords ----------------------------------------------------------------------------------------------------

s32 product_xy(const CpuState& s, const Op& op) { return half(s.r[op.rn], op.amount) * half(s.r[op.rm], op.shift); }
s64 product_wy(const CpuState& s, const Op& op) { return (s64(s32(s.r[op.rn])) * half(s.r[op.rm], op.shift)) >> 16; }

void smul_xy(CpuState& s, const Op& op) { s.r[op.rd] = static_cast<u32>(product_xy(s, op)); }
void smla_xy(CpuState& s, const Op& op) { write_q(s, op, s64(product_xy(s, op)) + s32(s.r[op.ra])); }
void smlal_xy(CpuState& s, const Op& op) { add_long(s, op, product_xy(s, op)); }
void smul_wy(CpuState& s, const Op& op) { s.r[op.rd] = static_cast<u32>(product_wy(s, op)); }
void smla_wy(CpuState& s, const Op& op) { write_q(s, op, product_wy(s, op) + s32(s.r[op.ra])); }

// --- dual ---------------------------------------------------------------------------------------------------------

/// The sum or difference of both products; op.shift is 16 to exchange the halves of Rm.
template <bool Subtract>
[[gnu::always_inline]] inline s64 dual(const CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], m = std::rotr(s.r[op.rm], op.shift);
    const s64 low = s64(half(n, 0)) * half(m, 0), high = s64(half(n, 16)) * half(m, 16);
    return Subtract ? low - high : low + high;
}
template <bool Subtract>
void dual_mul(CpuState& s, const Op& op) {
    write_q(s, op, dual<Subtract>(s, op));  // a difference always fits: SMUSD has no Q
}
template <bool Subtract>
void dual_mla(CpuState& s, const Op& op) {
    write_q(s, op, dual<Subtract>(s, op) + s32(s.r[op.ra]));
}
template <bool Subtract>
void dual_mlal(CpuState& s, const Op& op) {
    add_long(s, op, dual<Subtract>(s, op));
}

// --- most significant word ----------------------------------------------------------------------------------------

/// `Accumulate`: +1, 0 or -1 (Ra minus the product); op.aux is 0x80000000 to round.
template <int Accumulate>
void top_word(CpuState& s, const Op& op) {
    const u64 product = static_cast<u64>(s64(s32(s.r[op.rn])) * s32(s.r[op.rm]));
    u64 value = Accumulate < 0 ? 0 - product : product;
    if constexpr (Accumulate != 0) value += u64(s.r[op.ra]) << 32;
    s.r[op.rd] = static_cast<u32>((value + op.aux) >> 32);
}

// --- translators --------------------------------------------------------------------------------------------------

/// Registers, and the selectors x, y, X, R where present. `SetsQ`: by overflow of the result.
template <auto Body, bool SetsQ = false>
struct Row {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
        if (f.has('l')) accumulates_long(op);
        if (SetsQ) sets_sticky(op, flag::Q);
        op.amount = f('x', 0) ? 16 : 0;
        op.shift = f('y', 0) || f('X', 0) ? 16 : 0;
        op.aux = f('R', 0) << 31;
        return bind<Body>(op);
    }
};

}  // namespace

VTOLL_A32_T32(SMULxy, Row<&smul_xy>::translate)
VTOLL_A32_T32(SMLAxy, Row<&smla_xy, true>::translate)
VTOLL_A32_T32(SMLALxy, Row<&smlal_xy>::translate)
VTOLL_A32_T32(SMULWy, Row<&smul_wy>::translate)
VTOLL_A32_T32(SMLAWy, Row<&smla_wy, true>::translate)
VTOLL_A32_T32(SMUAD, Row<&dual_mul<false>, true>::translate)
VTOLL_A32_T32(SMUSD, Row<&dual_mul<true>>::translate)
VTOLL_A32_T32(SMLAD, Row<&dual_mla<false>, true>::translate)
VTOLL_A32_T32(SMLSD, Row<&dual_mla<true>, true>::translate)
VTOLL_A32_T32(SMLALD, Row<&dual_mlal<false>>::translate)
VTOLL_A32_T32(SMLSLD, Row<&dual_mlal<true>>::translate)
VTOLL_A32_T32(SMMUL, Row<&top_word<0>>::translate)
VTOLL_A32_T32(SMMLA, Row<&top_word<1>>::translate)
VTOLL_A32_T32(SMMLS, Row<&top_word<-1>>::translate)

}  // namespace vtoll::isa
