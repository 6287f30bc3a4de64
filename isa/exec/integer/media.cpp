// SPDX-License-Identifier: Apache-2.0
// Extension, packing, selection, reversal, counting, sums of differences. ARM DDI 0406C §A4.4.5, §A4.4.6, §A8.8.
#include <bit>
#include <cstdlib>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/shift.hpp"

namespace vtoll::isa {

namespace {

// --- extension: op.shift is the rotation ----------------------------------------------------------------------------

enum class Extend : u8 { sb, sh, ub, uh, sb16, ub16 };

template <Extend E>
[[gnu::always_inline]] inline u32 extended(u32 x) {
    if constexpr (E == Extend::sb) return static_cast<u32>(static_cast<s8>(x));
    if constexpr (E == Extend::sh) return static_cast<u32>(static_cast<s16>(x));
    if constexpr (E == Extend::ub) return x & 0xff;
    if constexpr (E == Extend::uh) return x & 0xffff;
    if constexpr (E == Extend::ub16) return x & 0x00ff'00ff;
    if constexpr (E == Extend::sb16) {
        return (static_cast<u32>(static_cast<s8>(x)) & 0xffff) | (static_cast<u32>(static_cast<s8>(x >> 16)) << 16);
    }
}
template <Extend E>
void extend(CpuState& s, const Op& op) {
    s.r[op.rd] = extended<E>(std::rotr(s.r[op.rm], op.shift));
}
template <Extend E>
void extend_add(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], x = extended<E>(std::rotr(s.r[op.rm], op.shift));
    if constexpr (E == Extend::sb16 || E == Extend::ub16) {
        s.r[op.rd] = ((n + x) & 0xffff) | ((n & 0xffff'0000) + (x & 0xffff'0000));
    } else {
        s.r[op.rd] = n + x;
    }
}

// --- one source -----------------------------------------------------------------------------------------------------

constexpr u32 swap_in_halves(u32 x) { return ((x >> 8) & 0x00ff'00ff) | ((x & 0x00ff'00ff) << 8); }

void rev(CpuState& s, const Op& op) { s.r[op.rd] = __builtin_bswap32(s.r[op.rm]); }
void rev16(CpuState& s, const Op& op) { s.r[op.rd] = swap_in_halves(s.r[op.rm]); }
void revsh(CpuState& s, const Op& op) {
    s.r[op.rd] = static_cast<u32>(static_cast<s16>(__builtin_bswap16(static_cast<u16>(s.r[op.rm]))));
}
void rbit(CpuState& s, const Op& op) {
    u32 x = __builtin_bswap32(s.r[op.rm]);
    x = ((x >> 4) & 0x0f0f'0f0f) | ((x & 0x0f0f'0f0f) << 4);
    x = ((x >> 2) & 0x3333'3333) | ((x & 0x3333'3333) << 2);
    s.r[op.rd] = ((x >> 1) & 0x5555'5555) | ((x & 0x5555'5555) << 1);
}
void clz(CpuState& s, const Op& op) { s.r[op.rd] = static_cast<u32>(std::countl_zero(s.r[op.rm])); }

// --- two sources ----------------------------------------------------------------------------------------------------

void pkhbt(CpuState& s, const Op& op) {
    s.r[op.rd] = (s.r[op.rn] & 0xffff) | ((s.r[op.rm] << op.amount) & 0xffff'0000);
}
void pkhtb(CpuState& s, const Op& op) {
    const u32 low = static_cast<u32>(s64(s32(s.r[op.rm])) >> op.amount);
    s.r[op.rd] = (s.r[op.rn] & 0xffff'0000) | (low & 0xffff);
}
void sel(CpuState& s, const Op& op) {
    const u32 ge = (s.psr >> 16) & 0xf;
    const u32 mask = (((ge * 0x0020'4081u) & 0x0101'0101u) * 0xff);  // each GE bit widened to its byte
    s.r[op.rd] = (s.r[op.rn] & mask) | (s.r[op.rm] & ~mask);
}

u32 absolute_differences(u32 n, u32 m) {
    u32 sum = 0;
    for (unsigned i = 0; i < 32; i += 8) sum += static_cast<u32>(std::abs(s32((n >> i) & 0xff) - s32((m >> i) & 0xff)));
    return sum;
}
void usad8(CpuState& s, const Op& op) { s.r[op.rd] = absolute_differences(s.r[op.rn], s.r[op.rm]); }
void usada8(CpuState& s, const Op& op) { s.r[op.rd] = s.r[op.ra] + absolute_differences(s.r[op.rn], s.r[op.rm]); }

/// What of these a translator to host code knows.
constexpr Meaning meaning_of(void (*body)(CpuState&, const Op&)) {
    const auto extends = [](Extension e) { return Meaning{Work::extend, static_cast<u8>(e)}; };
    if (body == &extend<Extend::sb>) return extends(Extension::signed_byte);
    if (body == &extend<Extend::sh>) return extends(Extension::signed_half);
    if (body == &extend<Extend::ub>) return extends(Extension::byte);
    if (body == &extend<Extend::uh>) return extends(Extension::half);
    if (body == &rev) return {Work::reverse_bytes};
    if (body == &clz) return {Work::count_zeros};
    return {};
}

// --- translators ----------------------------------------------------------------------------------------------------

/// Registers, and the rotation r where the row has it.
template <auto Body>
struct Row {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        op.shift = static_cast<u8>(8 * f('r', 0));
        op.meaning = meaning_of(Body);
        return core_registers<Thumb>(f, op) ? bind<Body>(op) : Decoded::unpredictable;
    }
};
/// One source; the T32 encodings hold it twice and want both equal.
template <auto Body>
struct OneSource {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        op.meaning = meaning_of(Body);
        if (!core_registers<Thumb>(f, op) || (Thumb && f('n', 0) != f('m'))) return Decoded::unpredictable;
        return bind<Body>(op);
    }
};
template <bool Thumb>
Decoded sel_row(auto f, const DecodeContext&, Decoding& op) {
    reads_flags(op, flag::GE);
    return core_registers<Thumb>(f, op) ? bind<&sel>(op) : Decoded::unpredictable;
}
template <bool Thumb>
Decoded pkhbt_row(auto f, const DecodeContext&, Decoding& op) {
    op.amount = static_cast<u8>(f('i'));
    return core_registers<Thumb>(f, op) ? bind<&pkhbt>(op) : Decoded::unpredictable;
}
template <bool Thumb>
Decoded pkhtb_row(auto f, const DecodeContext&, Decoding& op) {
    op.amount = DecodeImmShift(2, f('i')).amount;
    return core_registers<Thumb>(f, op) ? bind<&pkhtb>(op) : Decoded::unpredictable;
}

/// T16: registers that no encoding forbids.
template <auto Body>
Decoded low_registers(auto f, Decoding& op) {
    core_registers<true>(f, op);
    op.meaning = meaning_of(Body);
    return bind<Body>(op);
}

}  // namespace

VTOLL_A32_T32(SXTB, Row<&extend<Extend::sb>>::translate)
VTOLL_A32_T32(SXTH, Row<&extend<Extend::sh>>::translate)
VTOLL_A32_T32(UXTB, Row<&extend<Extend::ub>>::translate)
VTOLL_A32_T32(UXTH, Row<&extend<Extend::uh>>::translate)
VTOLL_A32_T32(SXTB16, Row<&extend<Extend::sb16>>::translate)
VTOLL_A32_T32(UXTB16, Row<&extend<Extend::ub16>>::translate)
VTOLL_A32_T32(SXTAB, Row<&extend_add<Extend::sb>>::translate)
VTOLL_A32_T32(SXTAH, Row<&extend_add<Extend::sh>>::translate)
VTOLL_A32_T32(UXTAB, Row<&extend_add<Extend::ub>>::translate)
VTOLL_A32_T32(UXTAH, Row<&extend_add<Extend::uh>>::translate)
VTOLL_A32_T32(SXTAB16, Row<&extend_add<Extend::sb16>>::translate)
VTOLL_A32_T32(UXTAB16, Row<&extend_add<Extend::ub16>>::translate)
VTOLL_A32_T32(REV, OneSource<&rev>::translate)
VTOLL_A32_T32(REV16, OneSource<&rev16>::translate)
VTOLL_A32_T32(REVSH, OneSource<&revsh>::translate)
VTOLL_A32_T32(RBIT, OneSource<&rbit>::translate)
VTOLL_A32_T32(CLZ, OneSource<&clz>::translate)
VTOLL_A32_T32(PKHBT, pkhbt_row)
VTOLL_A32_T32(PKHTB, pkhtb_row)
VTOLL_A32_T32(SEL, sel_row)
VTOLL_A32_T32(USAD8, Row<&usad8>::translate)
VTOLL_A32_T32(USADA8, Row<&usada8>::translate)

VTOLL_TRANSLATE(t16, SXTB) { return low_registers<&extend<Extend::sb>>(f, op); }
VTOLL_TRANSLATE(t16, SXTH) { return low_registers<&extend<Extend::sh>>(f, op); }
VTOLL_TRANSLATE(t16, UXTB) { return low_registers<&extend<Extend::ub>>(f, op); }
VTOLL_TRANSLATE(t16, UXTH) { return low_registers<&extend<Extend::uh>>(f, op); }
VTOLL_TRANSLATE(t16, REV) { return low_registers<&rev>(f, op); }
VTOLL_TRANSLATE(t16, REV16) { return low_registers<&rev16>(f, op); }
VTOLL_TRANSLATE(t16, REVSH) { return low_registers<&revsh>(f, op); }

}  // namespace vtoll::isa
