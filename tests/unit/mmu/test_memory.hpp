// SPDX-License-Identifier: Apache-2.0
// Sparse memory with holes that answer with a bus error, and the descriptors tests put into it. Descriptor layouts are
// written out here on their own, straight from ARM DDI 0406C figures B3-4 to B3-7 and B3-13 to B3-16.
#pragma once

#include <functional>
#include <set>
#include <unordered_map>

#include "mmu/mmu.hpp"

namespace vtoll::mmu::test {

class TestMemory : public DescriptorReader {
public:
    void write32(u64 pa, u32 value) { words_[pa] = value; }
    void write64(u64 pa, u64 value) {
        write32(pa, static_cast<u32>(value));
        write32(pa + 4, static_cast<u32>(value >> 32));
    }
    u32 get32(u64 pa) const {
        const auto it = words_.find(pa);
        return it == words_.end() ? 0 : it->second;
    }
    /// Reads of this page fail on the bus.
    void break_page(u64 pa) { broken_.insert(pa >> 12); }

    bool read32(u64 pa, u32& value) override {
        ++reads;
        value = get32(pa);
        return !broken_.contains(pa >> 12);
    }
    bool read64(u64 pa, u64& value) override {
        ++reads;
        value = get32(pa) | u64{get32(pa + 4)} << 32;
        return !broken_.contains(pa >> 12);
    }

    u64 reads = 0;

private:
    std::unordered_map<u64, u32> words_;
    std::set<u64> broken_;
};

// Short descriptors --------------------------------------------------------------------------------------------
struct Short {
    u32 ap = 3;  ///< AP[2:0]
    bool xn = false, pxn = false, ng = false, s = false;
    u32 tex = 1, c = 1, b = 1;
    u32 domain = 0;
};
inline u32 section(u32 pa, Short d = {}) {
    return (pa & 0xfff0'0000) | u32{d.ng} << 17 | u32{d.s} << 16 | (d.ap >> 2) << 15 | d.tex << 12 | (d.ap & 3) << 10 |
           d.domain << 5 | u32{d.xn} << 4 | d.c << 3 | d.b << 2 | 2 | u32{d.pxn};
}
inline u32 supersection(u64 pa, Short d = {}) {
    d.domain = 0;
    return section(static_cast<u32>(pa) & 0xff00'0000, d) | 1 << 18 | static_cast<u32>(pa >> 32 & 0xf) << 20 |
           static_cast<u32>(pa >> 36 & 0xf) << 5;
}
inline u32 page_table(u32 pa, Short d = {}) { return (pa & 0xffff'fc00) | d.domain << 5 | u32{d.pxn} << 2 | 1; }
inline u32 small_page(u32 pa, Short d = {}) {
    return (pa & 0xffff'f000) | u32{d.ng} << 11 | u32{d.s} << 10 | (d.ap >> 2) << 9 | d.tex << 6 | (d.ap & 3) << 4 |
           d.c << 3 | d.b << 2 | 2 | u32{d.xn};
}
inline u32 large_page(u32 pa, Short d = {}) {
    return (pa & 0xffff'0000) | u32{d.xn} << 15 | d.tex << 12 | u32{d.ng} << 11 | u32{d.s} << 10 | (d.ap >> 2) << 9 |
           (d.ap & 3) << 4 | d.c << 3 | d.b << 2 | 1;
}

// Long descriptors ---------------------------------------------------------------------------------------------
struct Long {
    u64 ap = 1;  ///< AP[2:1]
    bool xn = false, pxn = false, ng = false, af = true, contiguous = false;
    u64 sh = 3, index = 0;
};
inline u64 leaf(u64 pa, unsigned level, Long d = {}) {
    return pa | u64{d.xn} << 54 | u64{d.pxn} << 53 | u64{d.contiguous} << 52 | u64{d.ng} << 11 | u64{d.af} << 10 |
           d.sh << 8 | d.ap << 6 | d.index << 2 | (level == 3 ? 3 : 1);
}
struct LongTable {
    u64 ap = 0;
    bool xn = false, pxn = false;
};
inline u64 table(u64 pa, LongTable d = {}) { return pa | d.ap << 61 | u64{d.xn} << 60 | u64{d.pxn} << 59 | 3; }

struct Stage2 {
    u64 hap = 3;  ///< bit 0 read, bit 1 write
    bool xn = false, af = true;
    u64 attr = 0xf, sh = 3;
};
inline u64 leaf2(u64 pa, unsigned level, Stage2 d = {}) {
    return pa | u64{d.xn} << 54 | u64{d.af} << 10 | d.sh << 8 | d.hap << 6 | d.attr << 2 | (level == 3 ? 3 : 1);
}

// Accesses ---------------------------------------------------------------------------------------------------
inline constexpr isa::Privilege user = isa::Privilege::pl0, kernel = isa::Privilege::pl1, hyp = isa::Privilege::pl2;
inline Access read(u32 va, isa::Privilege p = kernel) { return {va, false, false, p}; }
inline Access write(u32 va, isa::Privilege p = kernel) { return {va, true, false, p}; }
inline Access fetch(u32 va, isa::Privilege p = kernel) { return {va, false, true, p}; }

inline const char* name(isa::FaultKind k) {
    switch (k) {
    case isa::FaultKind::none: return "none";
    case isa::FaultKind::translation: return "translation";
    case isa::FaultKind::access_flag: return "access_flag";
    case isa::FaultKind::domain: return "domain";
    case isa::FaultKind::permission: return "permission";
    case isa::FaultKind::sync_external_walk: return "external_walk";
    default: return "other";
    }
}

inline constexpr u32 caches_on = isa::sctlr::C | isa::sctlr::I;

/// The sizes that turn every cache off: each translation is a fresh walk.
inline constexpr MmuConfig uncached{.tlb_entries = 0, .tlb_ways = 1, .table_entries = 0, .stage2_entries = 0};

}  // namespace vtoll::mmu::test
