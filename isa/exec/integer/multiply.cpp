// SPDX-License-Identifier: Apache-2.0
// Multiplication with 32- and 64-bit results. ARM DDI 0406C §A4.4.3. Operands of an op: rd, rn, rm, ra; the long forms
// keep RdLo in rd and RdHi in ra.
#include "isa/exec/decode_helpers.hpp"

namespace vtoll::isa {

namespace {

// --- bodies -------------------------------------------------------------------------------------------------------

template <bool S>
void mul(CpuState& s, const Op& op) {
    const u32 value = s.r[op.rn] * s.r[op.rm];
    s.r[op.rd] = value;
    if constexpr (S) set_nz(s, value);  // C and V keep their values
}
template <bool S>
void mla(CpuState& s, const Op& op) {
    const u32 value = s.r[op.rn] * s.r[op.rm] + s.r[op.ra];
    s.r[op.rd] = value;
    if constexpr (S) set_nz(s, value);
}
void mls(CpuState& s, const Op& op) { s.r[op.rd] = s.r[op.ra] - s.r[op.rn] * s.r[op.rm]; }

[[gnu::always_inline]] inline u64 accumulator(const CpuState& s, const Op& op) {
    return (u64(s.r[op.ra]) << 32) | s.r[op.rd];
}
[[gnu::always_inline]] inline void write_long(CpuState& s, const Op& op, u64 value) {
    s.r[op.rd] = static_cast<u32>(value);
    s.r[op.ra] = static_cast<u32>(value >> 32);
}

template <bool Signed, bool Accumulate, bool S>
void mul_long(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], m = s.r[op.rm];
    u64 value = Signed ? static_cast<u64>(s64(s32(n)) * s32(m)) : u64(n) * m;
    if constexpr (Accumulate) value += accumulator(s, op);
    write_long(s, op, value);
    if constexpr (S) {
        s.nf = static_cast<u32>(value >> 32);
        s.zf = static_cast<u32>(value >> 32) | static_cast<u32>(value);
    }
}
void umaal(CpuState& s, const Op& op) {
    write_long(s, op, u64(s.r[op.rn]) * s.r[op.rm] + s.r[op.rd] + s.r[op.ra]);  // cannot overflow
}

// --- translators --------------------------------------------------------------------------------------------------

/// Rd, Rn, Rm and, where the row has the field, Ra. False: UNPREDICTABLE.
template <bool Thumb>
bool operands(const Fields& f, Op& op) {
    const u32 a = f.has('a') ? f('a') : 0;
    if (bad_regs<Thumb>(f('d'), f('n'), f('m'), a)) return false;
    op.rd = static_cast<u8>(f('d'));
    op.rn = static_cast<u8>(f('n'));
    op.rm = static_cast<u8>(f('m'));
    op.ra = static_cast<u8>(a);
    return true;
}
template <bool Thumb>
bool long_operands(const Fields& f, Op& op) {
    if (bad_regs<Thumb>(f('l'), f('h'), f('n'), f('m')) || f('l') == f('h')) return false;
    op.rd = static_cast<u8>(f('l'));
    op.ra = static_cast<u8>(f('h'));
    op.rn = static_cast<u8>(f('n'));
    op.rm = static_cast<u8>(f('m'));
    return true;
}
bool sets_flags(const Fields& f) { return f.has('S') && f('S'); }

template <bool Thumb>
Decoded mul_row(const Fields& f, const DecodeContext&, Op& op) {
    if (!operands<Thumb>(f, op)) return Decoded::unpredictable;
    return sets_flags(f) ? bind<&mul<true>>(op) : bind<&mul<false>>(op);
}
template <bool Thumb>
Decoded mla_row(const Fields& f, const DecodeContext&, Op& op) {
    if (!operands<Thumb>(f, op)) return Decoded::unpredictable;
    return sets_flags(f) ? bind<&mla<true>>(op) : bind<&mla<false>>(op);
}
template <bool Thumb>
Decoded mls_row(const Fields& f, const DecodeContext&, Op& op) {
    return operands<Thumb>(f, op) ? bind<&mls>(op) : Decoded::unpredictable;
}
template <bool Thumb, bool Signed, bool Accumulate>
Decoded long_row(const Fields& f, Op& op) {
    if (!long_operands<Thumb>(f, op)) return Decoded::unpredictable;
    return sets_flags(f) ? bind<&mul_long<Signed, Accumulate, true>>(op)
                         : bind<&mul_long<Signed, Accumulate, false>>(op);
}
template <bool Thumb>
Decoded umull_row(const Fields& f, const DecodeContext&, Op& op) {
    return long_row<Thumb, false, false>(f, op);
}
template <bool Thumb>
Decoded umlal_row(const Fields& f, const DecodeContext&, Op& op) {
    return long_row<Thumb, false, true>(f, op);
}
template <bool Thumb>
Decoded smull_row(const Fields& f, const DecodeContext&, Op& op) {
    return long_row<Thumb, true, false>(f, op);
}
template <bool Thumb>
Decoded smlal_row(const Fields& f, const DecodeContext&, Op& op) {
    return long_row<Thumb, true, true>(f, op);
}
template <bool Thumb>
Decoded umaal_row(const Fields& f, const DecodeContext&, Op& op) {
    return long_operands<Thumb>(f, op) ? bind<&umaal>(op) : Decoded::unpredictable;
}

}  // namespace

VTOLL_A32_T32(MUL, mul_row)
VTOLL_A32_T32(MLA, mla_row)
VTOLL_A32_T32(MLS, mls_row)
VTOLL_A32_T32(UMULL, umull_row)
VTOLL_A32_T32(UMLAL, umlal_row)
VTOLL_A32_T32(SMULL, smull_row)
VTOLL_A32_T32(SMLAL, smlal_row)
VTOLL_A32_T32(UMAAL, umaal_row)

Decoded t16::MUL(const Fields& f, const DecodeContext& ctx, Op& op) {
    op.rd = op.rm = static_cast<u8>(f('d'));
    op.rn = static_cast<u8>(f('n'));
    return ctx.in_it() ? bind<&mul<false>>(op) : bind<&mul<true>>(op);
}

}  // namespace vtoll::isa
