// SPDX-License-Identifier: Apache-2.0
#include "isa/encodings/neon/structure.hpp"

#include <utility>

namespace vtoll::isa {

namespace {

void multiple(u32 raw, NeonStructure& n) {
    const u32 type = bits(raw, 11, 8), align = bits(raw, 5, 4);
    const auto shape = [&](u8 elements, u8 repeat, u8 spacing) {
        n.elements = elements;
        n.repeat = repeat;
        n.spacing = spacing;
    };
    switch (type) {
    case 7: shape(1, 1, 1); break;
    case 10: shape(1, 2, 1); break;
    case 6: shape(1, 3, 1); break;
    case 2: shape(1, 4, 1); break;
    case 8:
    case 9: shape(2, 1, static_cast<u8>(1 + (type & 1))); break;
    case 3: shape(2, 2, 2); break;
    case 4:
    case 5: shape(3, 1, static_cast<u8>(1 + (type & 1))); break;
    case 0:
    case 1: shape(4, 1, static_cast<u8>(1 + (type & 1))); break;
    default: n.defined = false; return;
    }
    n.size = static_cast<u8>(bits(raw, 7, 6));
    n.alignment = static_cast<u8>(align ? 4u << align : 1);
    // No alignment greater than the transfer; 64-bit elements have no structure.
    if (align == 3 && n.registers() == 2) n.defined = false;
    if (align >= 2 && n.registers() % 2) n.defined = false;
    if (n.size == 3 && n.elements > 1) n.defined = false;
}

void lane(u32 raw, NeonStructure& n) {
    const u32 k = bits(raw, 7, 4);
    n.form = NeonStructure::Form::lane;
    n.size = static_cast<u8>(bits(raw, 11, 10));
    n.elements = static_cast<u8>(bits(raw, 9, 8) + 1);
    n.lane = static_cast<u8>(k >> (n.size + 1));
    // Below the lane number: spacing, for 16-bit elements one bit, for 32-bit elements above the two of the alignment.
    const bool wide = n.elements > 1 && n.size && bit(k, n.size);
    n.spacing = wide ? 2 : 1;
    const u32 low = n.size == 2 ? k & 3 : k & 1;
    switch (n.elements) {
    case 1:
        n.defined = n.size == 0 ? !bit(k, 0) : n.size == 1 ? !bit(k, 1) : !bit(k, 2) && (low == 0 || low == 3);
        n.alignment = static_cast<u8>(low ? n.element_bytes() : 1);
        break;
    case 2:
        n.defined = n.size != 2 || !bit(k, 1);
        n.alignment = static_cast<u8>(low ? 2 * n.element_bytes() : 1);
        break;
    case 3: n.defined = low == 0; break;
    default:
        n.defined = low != 3;
        n.alignment = static_cast<u8>(low == 0 ? 1 : n.size == 2 ? 4u << low : 4 * n.element_bytes());
        break;
    }
}

void all_lanes(u32 raw, NeonStructure& n) {
    const u32 size = bits(raw, 7, 6), a = bit(raw, 4);
    n.form = NeonStructure::Form::all_lanes;
    n.elements = static_cast<u8>(bits(raw, 9, 8) + 1);
    n.size = static_cast<u8>(size);
    (n.elements == 1 ? n.repeat : n.spacing) = static_cast<u8>(1 + bit(raw, 5));
    switch (n.elements) {
    case 1: n.defined = size != 3 && !(size == 0 && a); break;
    case 2: n.defined = size != 3; break;
    case 3: n.defined = size != 3 && !a; break;
    default:
        n.defined = size != 3 || a;
        if (size == 3) n.size = 2;  // words, with the alignment of the whole structure
        break;
    }
    if (!a) return;
    // VLD4 of words is aligned to a doubleword, or by size 3 to the structure.
    n.alignment = static_cast<u8>(n.elements == 4 && size == 2 ? 8 : n.elements * n.element_bytes());
}

}  // namespace

NeonStructure neon_structure(u32 raw) {
    NeonStructure n;
    n.first = static_cast<u8>(bit(raw, 22) << 4 | bits(raw, 15, 12));
    if (!bit(raw, 23)) multiple(raw, n);
    else if (bits(raw, 11, 10) == 3) all_lanes(raw, n);
    else lane(raw, n);
    return n;
}

}  // namespace vtoll::isa
