// SPDX-License-Identifier: Apache-2.0
#include "mmu/tlb.hpp"

#include <algorithm>
#include <bit>

namespace vtoll::mmu {

namespace {

constexpr unsigned mb_bits = 20;

constexpr u32 va_of(const TlbEntry& e) { return static_cast<u32>(e.tag & 0xf'ffff) << 12; }
constexpr bool is_fragment(const TlbEntry& e) { return e.stage1_bits > e.page_bits && !tlb_tag::is_flat(e.tag); }

/// Does maintenance by `va` concern the entry? Any address of the stage-1 block it came from does. A flat entry came
/// from no block.
constexpr bool covers(const TlbEntry& e, u32 va) {
    const unsigned bits = is_fragment(e) ? e.stage1_bits : e.page_bits;
    return ((va_of(e) ^ va) >> bits) == 0;
}

}  // namespace

Tlb::Tlb(unsigned entries, unsigned ways) : ways_(std::max(1u, std::min(ways, std::max(1u, entries)))) {
    if (entries == 0) return;
    const std::size_t sets = std::bit_ceil(std::size_t{(entries + ways_ - 1) / ways_});
    set_mask_ = sets - 1;
    entries_.resize(sets * ways_);
    probes_.resize(entries_.size());
    victim_.resize(sets);
    fragments_by_mb_.resize(u64{1} << (32 - mb_bits));
}

TlbEntry Tlb::entry(u64 context, u32 va, const Walk& walk) {
    TlbEntry fresh;
    const unsigned size = walk.page_bits;
    const u64 in_page = (u64{1} << size) - 1;
    fresh.tag = context | tlb_tag::page(va, size) | u64{size} << tlb_tag::size_at;
    fresh.pa_page = static_cast<u32>((walk.pa & ~in_page) >> 12);
    fresh.ipa_page = static_cast<u32>((walk.ipa & ~in_page) >> 12);
    fresh.attr = walk.attr;
    fresh.stage1 = walk.stage1;
    fresh.stage2 = walk.stage2;
    fresh.page_bits = static_cast<u8>(size);
    fresh.stage1_bits = walk.stage1_bits;
    fresh.stage1_level = walk.stage1_level & 3;
    fresh.stage2_level = walk.stage2_level & 3;
    fresh.global = walk.global;
    return fresh;
}

void Tlb::insert(const TlbEntry& fresh) {
    if (entries_.empty()) return;
    const std::size_t set = set_of(va_of(fresh), fresh.page_bits, tlb_tag::vmid(fresh.tag));
    TlbEntry* const ways = &entries_[set * ways_];
    TlbEntry* slot = std::find_if(ways, ways + ways_, [](const TlbEntry& e) { return e.tag == 0; });
    if (slot == ways + ways_) {
        slot = ways + victim_[set];
        victim_[set] = static_cast<u8>((victim_[set] + 1) % ways_);
        clear(*slot);
    }
    *slot = fresh;
    probe_of(*slot) = fresh.tag & ~tlb_tag::asid_mask;
    count(fresh, +1);
}

void Tlb::clear(TlbEntry& e) {
    count(e, -1);
    probe_of(e) = 0;
    e = {};
}

void Tlb::count(const TlbEntry& e, int change) {
    const u32 delta = static_cast<u32>(change);
    if (is_fragment(e)) {
        fragments_by_mb_[va_of(e) >> mb_bits] += delta;
        fragments_by_block_[e.stage1_bits] += delta;
    }
    u32& live = live_by_size_[e.page_bits];
    live += delta;
    if (change > 0 && live == 1) {
        sizes_[size_count_++] = e.page_bits;
    } else if (live == 0) {
        *std::find(sizes_.begin(), sizes_.begin() + size_count_, e.page_bits) = sizes_[size_count_ - 1];
        --size_count_;
    }
}

unsigned Tlb::live() const {
    unsigned n = 0;
    for (const u32 of_size : live_by_size_) n += of_size;
    return n;
}

template <class Predicate>
void Tlb::drop_if(Predicate matches) {
    for (TlbEntry& e : entries_) {
        if (e.tag != 0 && matches(e)) clear(e);
    }
}

/// May fragments of a block that contains `va` be held?
bool Tlb::fragments_around(u32 va) const {
    for (unsigned block = 13; block <= 32; ++block) {
        if (fragments_by_block_[block] == 0) continue;
        const unsigned bits = std::max(block, mb_bits);
        const std::size_t first = (u64{va} >> bits << bits) >> mb_bits;
        const std::size_t n = std::size_t{1} << (bits - mb_bits);
        if (std::any_of(&fragments_by_mb_[first], &fragments_by_mb_[first] + n, [](u32 f) { return f != 0; }))
            return true;
    }
    return false;
}

template <class Predicate>
void Tlb::drop_va_if(u8 vmid, u32 va, Predicate matches) {
    if (fragments_around(va)) {
        drop_if([=](const TlbEntry& e) { return covers(e, va) && matches(e); });
        return;
    }
    const std::array<u8, 8> sizes = sizes_;  // clear() edits the list
    const unsigned size_count = size_count_;
    for (unsigned i = 0; i < size_count; ++i) {
        TlbEntry* e = &entries_[set_of(va, sizes[i], vmid) * ways_];
        for (unsigned way = 0; way < ways_; ++way, ++e) {
            if (e->tag != 0 && covers(*e, va) && matches(*e)) clear(*e);
        }
    }
}

void Tlb::drop_all() {
    drop_if([](const TlbEntry&) { return true; });
}

void Tlb::drop_hyp() {
    drop_if([](const TlbEntry& e) { return tlb_tag::is_hyp(e.tag); });
}

void Tlb::drop_nonhyp() {
    drop_if([](const TlbEntry& e) { return !tlb_tag::is_hyp(e.tag); });
}

void Tlb::drop_vmid(u8 vmid) {
    drop_if([=](const TlbEntry& e) { return !tlb_tag::is_hyp(e.tag) && tlb_tag::vmid(e.tag) == vmid; });
}

void Tlb::drop_asid(u8 vmid, u8 asid) {
    drop_if([=](const TlbEntry& e) {
        return !tlb_tag::is_hyp(e.tag) && !e.global && tlb_tag::vmid(e.tag) == vmid && tlb_tag::asid(e.tag) == asid;
    });
}

void Tlb::drop_va(u8 vmid, u8 asid, u32 va) {
    drop_va_if(vmid, va, [=](const TlbEntry& e) {
        return !tlb_tag::is_hyp(e.tag) && tlb_tag::vmid(e.tag) == vmid && (e.global || tlb_tag::asid(e.tag) == asid);
    });
}

void Tlb::drop_va_all_asid(u8 vmid, u32 va) {
    drop_va_if(vmid, va, [=](const TlbEntry& e) { return !tlb_tag::is_hyp(e.tag) && tlb_tag::vmid(e.tag) == vmid; });
}

void Tlb::drop_hyp_va(u32 va) {
    drop_va_if(0, va, [](const TlbEntry& e) { return tlb_tag::is_hyp(e.tag); });
}

}  // namespace vtoll::mmu
