// SPDX-License-Identifier: Apache-2.0
#include "isa/encodings/generator.hpp"

#include <bit>

namespace vtoll::isa {

namespace {

/// The low bits of `value` put where `mask` has ones.
u32 deposit(u32 value, u32 mask) {
    u32 out = 0;
    for (; mask; mask &= mask - 1, value >>= 1)
        if (value & 1) out |= mask & -mask;
    return out;
}

}  // namespace

u32 random_filling(const Encoding& row, InstrSet set, Rng& rng, Filling filling) {
    const u32 word_mask = row.bits.size() == 16 ? 0xffffu : 0xffff'ffffu;
    u32 raw = row.value | (static_cast<u32>(rng()) & ~row.mask & word_mask);
    if (filling == Filling::small)
        for (u32 mask : row.field)
            if (std::popcount(mask) > 4) raw = (raw & ~mask) | deposit(static_cast<u32>(rng() % 16), mask);
    if (set == InstrSet::a32 && row.bits[0] == 'c') {
        const u32 cond = rng() & 1 ? 14 : static_cast<u32>(rng() % 14);
        raw = (raw & 0x0fff'ffff) | cond << 28;
    }
    return raw;
}

std::optional<u32> random_word(const Encoding& row, InstrSet set, const DecodeContext& ctx, Rng& rng, Filling filling,
                               Decoding* d, unsigned attempts) {
    for (unsigned i = 0; i < attempts; ++i) {
        const u32 raw = random_filling(row, set, rng, filling);
        Decoding decoded;
        if (decode(set, raw, ctx, decoded) != Decoded::ok || decoded.row != &row) continue;
        if (d) *d = decoded;
        return raw;
    }
    return std::nullopt;
}

}  // namespace vtoll::isa
