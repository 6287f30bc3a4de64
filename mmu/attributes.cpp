// SPDX-License-Identifier: Apache-2.0
#include "mmu/attributes.hpp"

#include <algorithm>

namespace vtoll::mmu {

namespace {

/// Two-bit cacheability codes of short descriptors, NMRR and the TTBRs, ARM DDI 0406C table B3-11.
constexpr u8 two_bit_cacheability[4] = {
    nibble::non_cacheable,
    nibble::write_back | nibble::read_allocate | nibble::write_allocate,
    nibble::write_through | nibble::read_allocate,
    nibble::write_back | nibble::read_allocate,
};

constexpr Shareability shareability_of(unsigned sh) {
    return sh == 2 ? Shareability::outer : sh == 3 ? Shareability::inner : Shareability::none;
}

/// One half of a MAIR byte that describes Normal memory. Encodings the manual reserves are taken as the later
/// architecture defines them: 00RW is (transient) Write-Through, 01RW with RW nonzero (transient) Write-Back.
constexpr u8 mair_nibble(u8 n) {
    if (n == 0) return nibble::non_cacheable;
    if (n < 4) return nibble::write_through | n;
    if (n > 4 && n < 8) return nibble::write_back | (n & 3);
    return n;
}

constexpr u8 combine_nibbles(u8 stage1, u8 stage2) {
    const CachePolicy weaker = std::min(nibble::policy(stage1), nibble::policy(stage2));
    const u8 hints = stage1 & 3;
    switch (weaker) {
    case CachePolicy::non_cacheable: return nibble::non_cacheable;
    case CachePolicy::write_through: return nibble::write_through | hints;
    default: return nibble::write_back | hints;
    }
}

}  // namespace

MemAttr decode_tex(unsigned tex, bool c, bool b, bool s) {
    // Descriptors in this format have one S bit: shareable means Outer Shareable as well (DefaultTEXDecode).
    const Shareability share = s ? Shareability::outer : Shareability::none;
    if (tex & 4) return normal_attr(two_bit_cacheability[c * 2 + b], two_bit_cacheability[tex & 3], share);
    switch (tex * 4 + c * 2 + b) {
    case 0b000'00: return strongly_ordered_attr();
    case 0b000'01:
    case 0b010'00: return device_attr();  // with LPAE every Device region is shareable
    case 0b000'10:
    case 0b000'11:
    case 0b001'00: {
        const u8 n = two_bit_cacheability[c * 2 + b];
        return normal_attr(n, n, share);
    }
    case 0b001'11: return normal_attr(two_bit_cacheability[1], two_bit_cacheability[1], share);
    default: return strongly_ordered_attr();  // reserved or IMPLEMENTATION DEFINED: the type that promises least
    }
}

MemAttr decode_tex_remapped(unsigned tex, bool c, bool b, bool s, u32 prrr, u32 nmrr) {
    const unsigned n = (tex & 1) * 4 + c * 2 + b;
    switch (bits(prrr, 2 * n + 1, 2 * n)) {
    case 1: return device_attr();
    case 2: break;
    default: return strongly_ordered_attr();  // 3 is reserved
    }
    // PRRR.NS1 and NS0 say what the S bit means for Normal memory; NOSn narrows shareable to Inner Shareable.
    const bool shareable = bit(prrr, s ? 19 : 18);
    const Shareability share = !shareable          ? Shareability::none
                               : bit(prrr, 24 + n) ? Shareability::inner
                                                   : Shareability::outer;
    return normal_attr(two_bit_cacheability[bits(nmrr, 2 * n + 1, 2 * n)],
                       two_bit_cacheability[bits(nmrr, 2 * n + 17, 2 * n + 16)], share);
}

MemAttr decode_mair(unsigned index, unsigned sh, u32 mair0, u32 mair1) {
    const u8 attr = static_cast<u8>((index & 4 ? mair1 : mair0) >> (8 * (index & 3)));
    if ((attr & 0xf0) == 0) return attr == 0 ? strongly_ordered_attr() : device_attr();
    return normal_attr(mair_nibble(attr & 0xf), mair_nibble(attr >> 4), shareability_of(sh));
}

MemAttr decode_stage2(unsigned memattr, unsigned sh) {
    const unsigned outer = memattr >> 2, inner = memattr & 3;
    if (outer == 0) return inner == 0 ? strongly_ordered_attr() : device_attr();
    constexpr u8 code[4] = {nibble::non_cacheable,  // reserved for the inner field
                            nibble::non_cacheable, nibble::write_through | 3, nibble::write_back | 3};
    return normal_attr(code[inner], code[outer], shareability_of(sh));
}

MemAttr combine(MemAttr stage1, MemAttr stage2) {
    const MemType type = std::min(stage1.type, stage2.type);
    if (type == MemType::strongly_ordered) return strongly_ordered_attr();
    if (type == MemType::device) return device_attr();
    Shareability share = Shareability::none;
    if (stage1.share == Shareability::outer || stage2.share == Shareability::outer) {
        share = Shareability::outer;
    } else if (stage1.shareable() || stage2.shareable()) {
        share = Shareability::inner;
    }
    return normal_attr(combine_nibbles(stage1.inner, stage2.inner), combine_nibbles(stage1.outer, stage2.outer), share);
}

u8 mair_byte(MemAttr a) {
    switch (a.type) {
    case MemType::strongly_ordered: return 0x00;
    case MemType::device: return 0x04;
    default: return static_cast<u8>(a.outer << 4 | a.inner);
    }
}

}  // namespace vtoll::mmu
