// SPDX-License-Identifier: Apache-2.0
// Translation as a processor makes it: the MMU, on core profiles behind micro TLBs whose misses are charged, and what
// is remembered of pages that were translated.
#pragma once

#include <tsl/robin_map.h>

#include <array>
#include <optional>

#include "core/cpu/cpu_clock.hpp"
#include "core/cpu/memory/fetch_page.hpp"
#include "core/cpu/memory/l0_filter.hpp"
#include "core/cpu/memory/table_reader.hpp"
#include "core/timing/core_model.hpp"
#include "core/timing/tag_table.hpp"
#include "mmu/mmu.hpp"

namespace vtoll::core {

/// On core profiles: what a micro TLB holds, a translation of a page or of a block of up to a megabyte. A hit there
/// leaves the main TLB alone, with or without L0.
struct MicroEntry {
    u64 tag = MicroTlb::none;  ///< the block's first page with, in the low bits, how many bits larger than a page it is
    u64 first = 1, mask = 0;   ///< the first page's tag, and the bits of a page's tag that name the block; these: none
    u64 filled = 0;            ///< bit n: something in bytes 64n..64n+63 of a page may have an L0 entry
    u64 memory_page = MicroTlb::none;  ///< number of the physical page that `memory` is, which was asked for last
    DmiPage memory;
    bool no_code = false;  ///< nobody has decoded code there
    mmu::Result result;

    bool holds(u64 page) const { return (page & mask) == first; }
    bool allows(bool write) const { return write ? result.may_write : result.may_read; }
    bool of_a_page() const { return mask == ~u64{page_mask}; }
    u64 pa(u32 va) const { return (result.pa & mask) | (va & static_cast<u32>(~mask)); }
    /// The translation of an address in it.
    const mmu::Result& at(u32 va) {
        result.pa = pa(va);
        return result;
    }
    /// `pa` is memory that can be read (written) by its host address, and nobody need be told.
    bool plain(u64 pa, bool write) const { return memory_page == pa >> 12 && (!write || (no_code && !memory.is_rom)); }
};

class AddressSpace {
public:
    struct Config {
        unsigned cpu = 0;
        bool remember = true;  ///< off: every fetch is looked up (results must not change)
    };
    /// `core`: nullptr on the rungs without a core model.
    AddressSpace(Config config, isa::CpuState& state, CpuClock& clock, PhysicalBus& bus, CoreModel* core,
                 L0Filter& filter);
    AddressSpace(const AddressSpace&) = delete;
    AddressSpace& operator=(const AddressSpace&) = delete;

    /// Holds until the next call.
    const mmu::Result& translate(u32 va, bool write, isa::Privilege pl) {
        if (core_) {
            core_->begin_access();
            if (MicroEntry* const entry = known(va, write, pl)) [[likely]] {
                micro_used_ = entry;
                return entry->at(va);
            }
            return translate_through_micro_tlb(page_tag(va, pl), va, write, pl);
        }
        mmu_.translate(s_.sys, {.va = va, .write = write, .fetch = false, .privilege = pl}, translated_);
        return translated_;
    }
    /// The page of code at `va`, for the current privilege; nullptr: a fault.
    const FetchPage* fetch_page(u32 va, isa::Fault& fault) {
        const FetchPage* page = known_page(va);
        return page ? page : find_page(va, fault);
    }
    /// The same, if it was asked for not long ago.
    const FetchPage* known_page(u32 va) const {
        const FetchPage& page = fetch_pages_[(va >> 12) % fetch_pages_.size()];
        return page.tag == page_tag(va, s_.privilege()) ? &page : nullptr;
    }
    const FetchPages& fetch_pages() const { return fetch_pages_; }
    u64 address_translation(isa::AtsOp op, u32 va) {
        return mmu_.address_translation(s_.sys, op, va, s_.privilege(), &s_.ats_fault);
    }

    /// On core profiles: the translation of a data access that was made not long ago and allows it, else nullptr.
    MicroEntry* known(u32 va, bool write, isa::Privilege pl) {
        const u64 page = page_tag(va, pl);
        MicroEntry* const entry = recent(page);
        return entry && entry->holds(page) && entry->allows(write) ? entry : nullptr;
    }
    /// Host memory at `pa`, which the translation made last came to.
    DmiPage direct(u64 pa) {
        if (!micro_used_) return bus_.dmi(pa);
        MicroEntry& entry = *micro_used_;
        if (entry.memory_page != pa >> 12) {
            entry.memory = bus_.dmi(pa);
            entry.memory_page = entry.memory ? pa >> 12 : MicroTlb::none;
            entry.no_code = false;
        }
        return entry.memory;
    }
    /// Nobody has decoded code there.
    void no_code_at(u64 pa) {
        if (micro_used_ && micro_used_->memory_page == pa >> 12) micro_used_->no_code = true;
    }
    /// Somebody has.
    void code_at(u64 pa) {
        for (MicroEntry& entry : micro_data_.slots())
            if (entry.memory_page == pa >> 12) entry.no_code = false;
    }
    /// An entry of L0 was made for `va`, by the translation made last.
    void filled(u32 va) { filled(*micro_used_, va); }
    static void filled(MicroEntry& entry, u32 va) { entry.filled |= u64{1} << ((va & page_mask) >> 6); }

    /// mmu::Mmu::stand()
    void stand(bool in_exit) { mmu_.stand(in_exit); }

    // --- what makes translations others
    void context_changed();
    void maintain(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) {
        mmu_.maintain(op, side, operand, vmid);
        flush();
        clock_.kick();  // links between blocks of the running page lead past the look-up that it needs now
    }
    void forget_all() {
        mmu_.flush_all();
        flush();
    }
    /// Host pointers are not to be used any more.
    void forget_host_pages() {
        fetch_pages_.fill({});
        for (MicroEntry& entry : micro_data_.slots()) entry.memory_page = MicroTlb::none;
        reader_.forget_host_pages();
    }

    // --- a debugger's view: by the tables in memory, past TLBs, caches and books
    mmu::Walk walk(u32 va, isa::Privilege pl, mmu::AccessType type) const;
    /// No permissions, no side effects of reading a device.
    std::optional<u64> look_up(u32 va, isa::Privilege pl) const;

private:
    using MicroEntries = TagTable<MicroEntry>;
    using ContextSignature = std::array<u64, 7>;
    struct SignatureHash {
        std::size_t operator()(const ContextSignature& k) const {
            u64 h = 0;
            for (u64 x : k) h = (h ^ x) * 0x9e37'79b9'7f4a'7c15ull, h ^= h >> 31;
            return h;
        }
    };

    u64 page_tag(u32 va, isa::Privilege pl) const {
        return s_.l0_ctx_by_pl[static_cast<unsigned>(pl)] | (va & ~u32{page_mask});
    }
    MicroEntry*& recent(u64 page) { return recent_[(page >> 12 ^ page >> 18 ^ page >> 32) % recent_.size()]; }
    MicroEntry* held(MicroEntries& entries, u64 page) const;
    MicroEntry& enter(MicroEntries& entries, u64 page, unsigned bits, bool fresh);
    void forget_data(u64 tag);
    void forget_fetch(u64 tag);
    const mmu::Result& translate_through_micro_tlb(u64 page, u32 va, bool write, isa::Privilege pl);
    const FetchPage* find_page(u32 va, isa::Fault& fault);
    void flush();
    u64 context_id(const ContextSignature&);

    const Config config_;
    isa::CpuState& s_;
    CpuClock& clock_;
    PhysicalBus& bus_;
    CoreModel* core_;
    L0Filter& filter_;
    mutable TableReader reader_;
    mmu::Mmu mmu_;
    FetchPages fetch_pages_{};  ///< none where nothing is remembered
    FetchPage forgotten_;       ///< the one asked for last, there
    mmu::Result translated_;    ///< where no entry holds it
    MicroEntries micro_data_, micro_fetch_;
    MicroEntry* micro_used_ = nullptr;      ///< of data, the one used last; nullptr when it has left since
    std::array<MicroEntry*, 64> recent_{};  ///< of data, where they were found last
    tsl::robin_map<ContextSignature, u64, SignatureHash> contexts_;
    u64 next_context_ = 1;
};

}  // namespace vtoll::core
