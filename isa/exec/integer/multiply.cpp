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

/// Whether the S field says to set N and Z.
bool sets_flags(auto f, Decoding& op) {
    const bool s = f('S', 0);
    if (s) writes_flags(op, flag::NZ);
    op.meaning.sets = s;
    return s;
}

template <bool Thumb>
Decoded mul_row(auto f, const DecodeContext&, Decoding& op) {
    if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
    op.meaning.work = Work::multiply;
    return sets_flags(f, op) ? bind<&mul<true>>(op) : bind<&mul<false>>(op);
}
template <bool Thumb>
Decoded mla_row(auto f, const DecodeContext&, Decoding& op) {
    if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
    op.meaning.work = Work::multiply_add;
    return sets_flags(f, op) ? bind<&mla<true>>(op) : bind<&mla<false>>(op);
}
template <bool Thumb>
Decoded mls_row(auto f, const DecodeContext&, Decoding& op) {
    op.meaning.work = Work::multiply_subtract;
    return core_registers<Thumb>(f, op) ? bind<&mls>(op) : Decoded::unpredictable;
}
template <bool Signed, bool Accumulate>
struct Long {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
        if (Accumulate) accumulates_long(op);
        op.meaning = {Work::multiply_long, Signed | Accumulate << 1};
        return sets_flags(f, op) ? bind<&mul_long<Signed, Accumulate, true>>(op)
                                 : bind<&mul_long<Signed, Accumulate, false>>(op);
    }
};
template <bool Thumb>
Decoded umaal_row(auto f, const DecodeContext&, Decoding& op) {
    if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
    accumulates_long(op);
    return bind<&umaal>(op);
}

}  // namespace

VTOLL_A32_T32(MUL, mul_row)
VTOLL_A32_T32(MLA, mla_row)
VTOLL_A32_T32(MLS, mls_row)
VTOLL_A32_T32(UMULL, Long<false, false>::translate)
VTOLL_A32_T32(UMLAL, Long<false, true>::translate)
VTOLL_A32_T32(SMULL, Long<true, false>::translate)
VTOLL_A32_T32(SMLAL, Long<true, true>::translate)
VTOLL_A32_T32(UMAAL, umaal_row)

VTOLL_TRANSLATE(t16, MUL) {
    core_registers<true>(f, op);
    op.rm = reads(op, f('d'));
    op.meaning = {.work = Work::multiply, .sets = !ctx.in_it()};
    if (ctx.in_it()) return bind<&mul<false>>(op);
    writes_flags(op, flag::NZ);
    return bind<&mul<true>>(op);
}

}  // namespace vtoll::isa
