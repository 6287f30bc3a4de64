// SPDX-License-Identifier: Apache-2.0
// Parallel addition and subtraction: six kinds of arithmetic on two halfwords or four bytes. ARM DDI 0406C §A4.4.7.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/integer/saturate.hpp"

namespace vtoll::isa {

namespace {

enum class Kind : u8 { S, Q, SH, U, UQ, UH };
enum class Lanes : u8 { ADD16, ASX, SAX, SUB16, ADD8, SUB8 };

constexpr bool is_signed(Kind k) { return k == Kind::S || k == Kind::Q || k == Kind::SH; }

struct Lane {
    u32 value;
    u32 ge;  ///< all ones or zero
};

template <Kind K, unsigned Width>
[[gnu::always_inline]] inline s32 widen(u32 value, unsigned lsb) {
    const u32 field = (value >> lsb) & ((1u << Width) - 1);
    return is_signed(K) ? sign_extend(field, Width) : static_cast<s32>(field);
}

template <Kind K, unsigned Width>
[[gnu::always_inline]] inline Lane finish(s32 exact, bool subtracted) {
    constexpr u32 mask = (1u << Width) - 1;
    switch (K) {
    case Kind::Q: return {static_cast<u32>(SignedSatQ(exact, Width).value) & mask, 0};
    case Kind::UQ: return {static_cast<u32>(UnsignedSatQ(exact, Width).value), 0};
    case Kind::SH:
    case Kind::UH: return {static_cast<u32>(exact >> 1) & mask, 0};
    case Kind::S: return {static_cast<u32>(exact) & mask, exact >= 0 ? ~0u : 0};
    case Kind::U: break;
    }
    // Unsigned: GE is the carry out of an addition and "no borrow" of a subtraction.
    const bool ge = subtracted ? exact >= 0 : exact > static_cast<s32>(mask);
    return {static_cast<u32>(exact) & mask, ge ? ~0u : 0};
}

template <Kind K, Lanes L>
void parallel(CpuState& s, const Op& op) {
    const u32 n = s.r[op.rn], m = s.r[op.rm];
    u32 value = 0, ge = 0;
    if constexpr (L == Lanes::ADD8 || L == Lanes::SUB8) {
        for (unsigned i = 0; i < 4; ++i) {
            const s32 x = widen<K, 8>(n, 8 * i), y = widen<K, 8>(m, 8 * i);
            const Lane lane = finish<K, 8>(L == Lanes::SUB8 ? x - y : x + y, L == Lanes::SUB8);
            value |= lane.value << (8 * i);
            ge |= lane.ge & (1u << i);
        }
    } else {
        constexpr bool exchange = L == Lanes::ASX || L == Lanes::SAX;
        constexpr bool low_subtracts = L == Lanes::ASX || L == Lanes::SUB16;
        constexpr bool high_subtracts = L == Lanes::SAX || L == Lanes::SUB16;
        const s32 y0 = widen<K, 16>(m, exchange ? 16 : 0), y1 = widen<K, 16>(m, exchange ? 0 : 16);
        const s32 x0 = widen<K, 16>(n, 0), x1 = widen<K, 16>(n, 16);
        const Lane low = finish<K, 16>(low_subtracts ? x0 - y0 : x0 + y0, low_subtracts);
        const Lane high = finish<K, 16>(high_subtracts ? x1 - y1 : x1 + y1, high_subtracts);
        value = low.value | (high.value << 16);
        ge = (low.ge & 3) | (high.ge & 0xc);
    }
    s.r[op.rd] = value;
    if constexpr (K == Kind::S || K == Kind::U) set_ge(s, ge);
}

template <Kind K, Lanes L>
struct Row {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext&, Decoding& op) {
        if (!core_registers<Thumb>(f, op)) return Decoded::unpredictable;
        if (K == Kind::S || K == Kind::U) writes_flags(op, flag::GE);
        return bind<&parallel<K, L>>(op);
    }
};

}  // namespace

#define PARALLEL(kind, lanes) VTOLL_A32_T32(kind##lanes, Row<Kind::kind, Lanes::lanes>::translate)
#define KIND(kind)        \
    PARALLEL(kind, ADD16) \
    PARALLEL(kind, ASX)   \
    PARALLEL(kind, SAX)   \
    PARALLEL(kind, SUB16) \
    PARALLEL(kind, ADD8)  \
    PARALLEL(kind, SUB8)
KIND(S)
KIND(Q)
KIND(SH)
KIND(U)
KIND(UQ)
KIND(UH)
#undef KIND
#undef PARALLEL

}  // namespace vtoll::isa
