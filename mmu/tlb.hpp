// SPDX-License-Identifier: Apache-2.0
// Translation lookaside buffer: combined results of all stages, ARM DDI 0406C §B3.9 and §B3.10. Set-associative,
// deterministic (round-robin replacement), pages of every size in one array.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "isa/types.hpp"
#include "mmu/attributes.hpp"
#include "mmu/permissions.hpp"
#include "mmu/regime.hpp"
#include "mmu/walk.hpp"

namespace vtoll::mmu {

/// A tag: page address, ASID, VMID, regime and page size in one word, so that a look-up is one comparison.
namespace tlb_tag {
constexpr unsigned asid_at = 20, vmid_at = 28, kind_at = 36, stage2_at = 39, size_at = 40;
constexpr u64 asid_mask = u64{0xff} << asid_at;
constexpr u64 size_mask = u64{0x3f} << size_at;

/// What stage 1 did. The flat kinds differ in their attributes; no entry has kind 0, so tag 0 is an empty way.
enum Kind : u8 {
    short_descriptor = 1,
    long_descriptor = 2,
    hyp = 3,
    flat_data = 4,
    flat_fetch_uncached = 5,
    flat_fetch_cached = 6,
    flat_default_cacheable = 7,
};
constexpr bool is_flat(u64 tag) { return (tag >> kind_at) & 4; }
constexpr bool is_hyp(u64 tag) { return ((tag >> kind_at) & 7) == hyp; }
constexpr u8 vmid(u64 tag) { return static_cast<u8>(tag >> vmid_at); }
constexpr u8 asid(u64 tag) { return static_cast<u8>(tag >> asid_at); }
constexpr u64 page(u32 va, unsigned size_bits) { return u64{va >> size_bits} << (size_bits - 12); }

/// The part of a tag that every access of one context shares.
inline u64 context(const Selection& s, AccessType type, bool insn_cache) {
    Kind kind;
    switch (s.stage1) {
    case Stage1Format::short_descriptor: kind = short_descriptor; break;
    case Stage1Format::long_descriptor: kind = s.hyp ? hyp : long_descriptor; break;
    default:
        kind = s.default_cacheable         ? flat_default_cacheable
               : type != AccessType::fetch ? flat_data
               : insn_cache                ? flat_fetch_cached
                                           : flat_fetch_uncached;
    }
    return u64{s.asid} << asid_at | u64{s.vmid} << vmid_at | u64{kind} << kind_at | u64{s.stage2} << stage2_at;
}
}  // namespace tlb_tag

struct TlbEntry {
    u64 tag = 0;      ///< 0: empty
    u32 pa_page = 0;  ///< physical address bits 39:12 of the page's start
    u32 ipa_page = 0;
    MemAttr attr;
    Stage1Permissions stage1;
    Stage2Permissions stage2;
    u8 page_bits = 0;    ///< log2 of the size this entry covers
    u8 stage1_bits = 0;  ///< log2 of the stage-1 block it was cut from
    u8 stage1_level : 2 = 0;
    u8 stage2_level : 2 = 0;
    u8 global : 1 = 0;
};
static_assert(sizeof(TlbEntry) == 32, "two entries to a cache line");

class Tlb {
public:
    /// `entries` in sets of `ways`; the number of sets is rounded up to a power of two. 0 entries: no TLB.
    Tlb(unsigned entries, unsigned ways);

    const TlbEntry* lookup(u64 context, u32 va) const {
        for (unsigned i = 0; i < size_count_; ++i) {
            const unsigned size = sizes_[i];
            const u64 tag = context | tlb_tag::page(va, size) | u64{size} << tlb_tag::size_at;
            const u64 wanted = tag & ~tlb_tag::asid_mask;
            const std::size_t set = set_of(va, size, tlb_tag::vmid(context)) * ways_;
            for (unsigned way = 0; way < ways_; way += at_once) {
                // Which of them it is, the host can't foresee.
                const unsigned end = std::min(way + at_once, ways_);
                unsigned found = 0;
                for (unsigned at = way; at < end; ++at) found |= unsigned{probes_[set + at] == wanted} << (at - way);
                for (; found; found &= found - 1) {
                    const TlbEntry& e = entries_[set + way + static_cast<unsigned>(std::countr_zero(found))];
                    if (e.tag == tag || e.global) return &e;
                }
            }
        }
        return nullptr;
    }

    static TlbEntry entry(u64 context, u32 va, const Walk& walk);
    /// Remember what entry() made.
    void insert(const TlbEntry& fresh);

    void drop_all();
    void drop_hyp();
    void drop_hyp_va(u32 va);
    void drop_nonhyp();
    void drop_vmid(u8 vmid);
    void drop_asid(u8 vmid, u8 asid);  ///< global entries stay
    void drop_va(u8 vmid, u8 asid, u32 va);
    void drop_va_all_asid(u8 vmid, u32 va);

    unsigned live() const;  ///< entries in use

private:
    std::size_t set_of(u32 va, unsigned size_bits, u8 vmid) const {
        return ((va >> size_bits) + size_bits * 5 + vmid * 37u) & set_mask_;
    }
    u64& probe_of(const TlbEntry& e) { return probes_[static_cast<std::size_t>(&e - entries_.data())]; }
    void clear(TlbEntry& e);
    void count(const TlbEntry& e, int change);
    bool fragments_around(u32 va) const;
    template <class Predicate>
    void drop_if(Predicate matches);
    template <class Predicate>
    void drop_va_if(u8 vmid, u32 va, Predicate matches);

    static constexpr unsigned at_once = 4;  ///< ways compared between two branches

    unsigned ways_;
    std::size_t set_mask_ = 0;
    std::vector<TlbEntry> entries_;
    std::vector<u64> probes_;    ///< their tags without ASIDs, 0: empty. Few of the host's cache lines hold a set's
    std::vector<u8> victim_;     ///< next way to replace, by set
    std::array<u8, 8> sizes_{};  ///< page sizes with live entries, log2
    unsigned size_count_ = 0;
    std::array<u32, 33> live_by_size_{};
    /// An entry smaller than its stage-1 block is a fragment: maintenance by any address in the block removes all of
    /// them. They are counted by megabyte of virtual address and by size of the block, so that maintenance of an
    /// ordinary page need not look for them everywhere.
    std::vector<u32> fragments_by_mb_;
    std::array<u32, 33> fragments_by_block_{};
};

}  // namespace vtoll::mmu
