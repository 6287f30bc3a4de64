// SPDX-License-Identifier: Apache-2.0
// The fields of an encoding, by letter. A letter that the row's bit string lacks does not compile.
#pragma once

#include <bit>
#include <string_view>

#include "isa/types.hpp"

namespace vtoll::isa {

/// The bits of the instruction word that a row's bit string gives to `letter`; 0: it has no such field.
constexpr u32 field_mask(std::string_view bits, char letter) {
    u32 mask = 0;
    for (char c : bits) mask = mask << 1 | (c == letter);
    return mask;
}

/// Bits of `value` under `mask`, right-aligned in order (a software PEXT: decoding is off the hot path).
constexpr u32 extract(u32 value, u32 mask) {
    u32 out = 0;
    for (unsigned n = 0; mask; mask &= mask - 1, ++n)
        if (value & (mask & -mask)) out |= 1u << n;
    return out;
}

/// Name of a field of `Row` (a type of encodings/tables.hpp). Made when compiling only.
template <class Row>
struct Letter {
    u32 mask;
    consteval Letter(char c) : mask(field_mask(Row::bits, c)) {
        if (!mask) throw "the row's bit string has no field of this letter";
    }
};
/// The same where the row may lack the field.
template <class Row>
struct OptionalLetter {
    u32 mask;
    consteval OptionalLetter(char c) : mask(field_mask(Row::bits, c)) {}
};

/// The fields of one instruction word. Helpers that serve several rows take it as `auto`, by value: what a row has is
/// a constant then (`if constexpr (f.has('n'))`).
template <class Row>
class Fields {
public:
    explicit constexpr Fields(u32 raw, bool thumb) : raw_(raw), thumb_(thumb) {}

    constexpr u32 operator()(Letter<Row> letter) const { return pick(letter.mask); }
    /// `otherwise` when the row has no such field.
    constexpr u32 operator()(OptionalLetter<Row> letter, u32 otherwise) const {
        return letter.mask ? pick(letter.mask) : otherwise;
    }
    static consteval bool has(char letter) { return field_mask(Row::bits, letter) != 0; }
    static consteval unsigned width(char letter) {
        return static_cast<unsigned>(std::popcount(field_mask(Row::bits, letter)));
    }
    /// A T32 instruction: rows of VFP and Advanced SIMD are shared with A32.
    constexpr bool thumb() const { return thumb_; }

private:
    constexpr u32 pick(u32 mask) const {
        const int low = std::countr_zero(mask);
        const bool adjacent = std::has_single_bit((mask >> low) + 1);
        return adjacent ? (raw_ & mask) >> low : extract(raw_, mask);
    }

    u32 raw_;
    bool thumb_;
};

}  // namespace vtoll::isa
