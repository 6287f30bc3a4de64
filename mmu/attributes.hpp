// SPDX-License-Identifier: Apache-2.0
// Memory attributes: how the three descriptor formats write them, and how two stages of translation combine.
#pragma once

#include "isa/types.hpp"

namespace vtoll::mmu {

enum class MemType : u8 { strongly_ordered, device, normal };

/// Values are those of the long-descriptor SH field, ARM DDI 0406C table B3-15.
enum class Shareability : u8 { none = 0, outer = 2, inner = 3 };

enum class CachePolicy : u8 { non_cacheable, write_through, write_back };

/// Cacheability of one level (inner or outer) as a MAIR nibble: 0100 Non-cacheable, 10RW Write-Through, 11RW
/// Write-Back, R and W being the allocation hints (ARM DDI 0406C §B4.1.104).
namespace nibble {
constexpr u8 non_cacheable = 0x4, write_through = 0x8, write_back = 0xc, read_allocate = 0x2, write_allocate = 0x1;
constexpr CachePolicy policy(u8 n) {
    return n < write_through ? CachePolicy::non_cacheable
           : n < write_back  ? CachePolicy::write_through
                             : CachePolicy::write_back;
}
}  // namespace nibble

struct MemAttr {
    MemType type = MemType::strongly_ordered;
    Shareability share = Shareability::outer;
    u8 inner = 0;  ///< MAIR nibble; 0 unless the type is Normal
    u8 outer = 0;

    constexpr bool normal() const { return type == MemType::normal; }
    constexpr bool shareable() const { return share != Shareability::none; }
    constexpr CachePolicy inner_policy() const { return nibble::policy(inner); }
    constexpr CachePolicy outer_policy() const { return nibble::policy(outer); }
    constexpr bool cacheable() const { return inner_policy() != CachePolicy::non_cacheable; }

    constexpr bool operator==(const MemAttr&) const = default;
};

/// From which caches an access may be served. Of translation tables it is all that their attributes decide.
struct Cacheability {
    bool inner, outer;

    constexpr Cacheability operator&(Cacheability o) const { return {inner && o.inner, outer && o.outer}; }
    constexpr bool operator==(const Cacheability&) const = default;
};

constexpr Cacheability cacheability(const MemAttr& a) {
    return {a.inner_policy() != CachePolicy::non_cacheable, a.outer_policy() != CachePolicy::non_cacheable};
}

constexpr MemAttr strongly_ordered_attr() { return {}; }
constexpr MemAttr device_attr() { return {MemType::device, Shareability::outer, 0, 0}; }

/// Normal memory. Inner and outer Non-cacheable memory is always Outer Shareable (ARM DDI 0406C §B3.8.3), so that
/// what two stages say about its shareability cannot matter.
constexpr MemAttr normal_attr(u8 inner, u8 outer, Shareability share) {
    const bool uncached = inner == nibble::non_cacheable && outer == nibble::non_cacheable;
    return {MemType::normal, uncached ? Shareability::outer : share, inner, outer};
}

/// What disabled caches (SCTLR.C, SCTLR.I clear) leave of an attribute, ARM DDI 0406C §B2.2.
constexpr MemAttr uncached_attr(MemAttr a) {
    return a.normal() ? normal_attr(nibble::non_cacheable, nibble::non_cacheable, Shareability::outer) : a;
}

/// TEX[2:0], C, B and S without TEX remap, ARM DDI 0406C §B3.8.2 table B3-10.
MemAttr decode_tex(unsigned tex, bool c, bool b, bool s);
/// The same with SCTLR.TRE set: TEX[0], C and B index PRRR and NMRR, §B3.8.3.
MemAttr decode_tex_remapped(unsigned tex, bool c, bool b, bool s, u32 prrr, u32 nmrr);
/// Long descriptors: AttrIndx picks a byte of MAIR, SH is in the descriptor, §B3.8.4.
MemAttr decode_mair(unsigned index, unsigned sh, u32 mair0, u32 mair1);
/// Stage 2: MemAttr[3:0] and SH, §B3.8.5.
MemAttr decode_stage2(unsigned memattr, unsigned sh);

/// The weaker of both stages in type and cacheability, the wider in shareability, §B3.8.6. Allocation hints are
/// stage 1's: stage 2 has none.
MemAttr combine(MemAttr stage1, MemAttr stage2);

/// The attribute as a MAIR byte: PAR.ATTR of the 64-bit format.
u8 mair_byte(MemAttr a);

}  // namespace vtoll::mmu
