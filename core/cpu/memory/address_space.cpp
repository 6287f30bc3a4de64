// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/memory/address_space.hpp"

namespace vtoll::core {

namespace {
mmu::MmuConfig mmu_config(const CoreModel* core) {
    if (!core) return {};
    const CoreProfile& p = core->profile();
    return {.tlb_entries = p.main_tlb_entries,
            .tlb_ways = p.main_tlb_ways,
            .table_entries = p.walk_cache,
            .stage2_entries = p.ipa_cache,
            .exits_apart = core->exits_apart()};
}
}  // namespace

AddressSpace::AddressSpace(Config config, isa::CpuState& state, CpuClock& clock, PhysicalBus& bus, CoreModel* core,
                           L0Filter& filter)
    : config_(config),
      s_(state),
      clock_(clock),
      bus_(bus),
      core_(core),
      filter_(filter),
      reader_(bus, config.cpu),
      mmu_(reader_, mmu_config(core)) {
    if (core_) connect();
}

namespace {

constexpr unsigned page_size = 12, block_sizes[] = {20, 16};

u64 block_tag(u64 page, unsigned bits) { return (page & ~((u64{1} << bits) - 1)) | (bits - page_size); }

/// Bits of the block that one entry holds. Where there is no second level the entries are of every size (DDI 0344D
/// §6.1); above one, of pages: "it only allocates one mapping for the particular 4K region" (DDI 0438I §5.2).
unsigned held_as_one(const CoreModel& core, unsigned bits) {
    if (!core.profile().single_level) return page_size;
    return bits >= 20 ? 20 : bits >= 16 ? 16 : page_size;
}

/// The translation of an address in the same block.
mmu::Result within(mmu::Result r, u32 va) {
    const u64 mask = (u64{1} << std::min<unsigned>(r.page_bits, 32)) - 1;
    r.pa = (r.pa & ~mask) | (va & mask);
    r.walk = nullptr;
    return r;
}

}  // namespace

/// What leaves the core's L1D and micro TLBs leaves the filter and the tables here.
void AddressSpace::connect() {
    s_.set_l0_granule(static_cast<unsigned>(std::countr_zero(core_->profile().l1d.line)));
    core_->on_line_evicted = [this](u64 line) { filter_.drop_line(line); };
    core_->on_data_page_evicted = [this](u64 tag) {
        const auto block = data_blocks_.find(tag);
        if (block == data_blocks_.end()) return;
        for (const u64 page : block->second.pages) {
            const auto it = micro_data_.find(page);
            if (it == micro_data_.end()) continue;
            const u64 filled = it->second.filled;
            micro_data_.erase(it);
            filter_.drop_page(page, filled);
        }
        micro_used_ = nullptr;
        data_blocks_.erase(block);
    };
    core_->on_fetch_page_evicted = [this](u64 tag) {
        const auto block = fetch_blocks_.find(tag);
        if (block == fetch_blocks_.end()) return;
        for (const u64 at : block->second.pages) {
            micro_fetch_.erase(at);
            FetchPage& page = fetch_pages_[(static_cast<u32>(at) >> 12) % fetch_pages_.size()];
            if (page.tag == at) page = {};
        }
        fetch_blocks_.erase(block);
    };
}

/// The block of more than a page that has it. Nothing changes that the core could tell.
AddressSpace::MicroBlock* AddressSpace::held(MicroBlocks& blocks, u64 page) {
    for (const unsigned bits : block_sizes)
        if (const auto it = blocks.find(block_tag(page, bits)); it != blocks.end()) return &it.value();
    return nullptr;
}

/// A data access's translation as the core makes it: micro TLB, main TLB, walk.
mmu::Result AddressSpace::translate_through_micro_tlb(u32 va, bool write, isa::Privilege pl) {
    const u64 tag = page_tag(va, pl);
    core_->begin_access();
    if (!micro_used_ || micro_used_->tag != tag) {
        const auto it = micro_data_.find(tag);
        micro_used_ = it == micro_data_.end() ? nullptr : &it.value();
    }
    if (micro_used_) {
        if (write ? micro_used_->result.may_write : micro_used_->result.may_read) {
            mmu::Result r = micro_used_->result;
            r.pa = (r.pa & ~u64{page_mask}) | (va & page_mask);
            return r;
        }
    }
    mmu::Result r;
    MicroBlock* block = held(data_blocks_, tag);
    if (block && (write ? block->result.may_write : block->result.may_read)) {
        r = within(block->result, va);
    } else {
        r = mmu_.translate(s_.sys, {.va = va, .write = write, .fetch = false, .privilege = pl});
        if (!r.ok) {
            clock_.charge(core_->translation_failed(r.walk));
            return r;
        }
        const u64 whole = block_tag(tag, held_as_one(*core_, r.page_bits));
        clock_.charge(core_->translate_data(whole, r.tlb_hit ? nullptr : r.walk));
        block = &data_blocks_[whole];
        block->result = r;
    }
    block->pages.push_back(tag);
    MicroEntry& entry = micro_data_[tag];
    entry.tag = tag;
    entry.result = r;
    micro_used_ = &entry;
    return r;
}

const FetchPage* AddressSpace::find_page(u32 va, isa::Fault& fault) {
    FetchPage& page = fetch_pages_[(va >> 12) % fetch_pages_.size()];
    const u64 tag = page_tag(va, s_.privilege());
    if (core_)
        if (const auto it = micro_fetch_.find(tag); it != micro_fetch_.end()) {
            page = it->second;
            page.host = bus_.dmi(page.pa).host;
            return &page;
        }
    MicroBlock* block = core_ ? held(fetch_blocks_, tag) : nullptr;
    const mmu::Result r =
        block ? within(block->result, va)
              : mmu_.translate(s_.sys, {.va = va, .write = false, .fetch = true, .privilege = s_.privilege()});
    if (!r.ok) {
        if (core_) clock_.charge(core_->translation_failed(r.walk));
        fault = r.fault;
        return nullptr;
    }
    if (core_ && !block) {
        const u64 whole = block_tag(tag, held_as_one(*core_, r.page_bits));
        clock_.charge(core_->translate_fetch(whole, r.tlb_hit ? nullptr : r.walk));
        block = &fetch_blocks_[whole];
        block->result = r;
    }
    page = {tag, r.pa & ~u64{page_mask}, bus_.dmi(r.pa).host};
    if (core_) {
        block->pages.push_back(tag);
        micro_fetch_[tag] = page;
    }
    return &page;
}

void AddressSpace::flush() {
    filter_.clear();
    fetch_pages_.fill({});
    if (!core_) return;
    core_->tlb_maintained();
    micro_data_.clear();
    micro_used_ = nullptr;
    micro_fetch_.clear();
    data_blocks_.clear();
    fetch_blocks_.clear();
}

mmu::Walk AddressSpace::walk(u32 va, isa::Privilege pl, mmu::AccessType type) const {
    return mmu::walk(mmu::regime_of(s_.sys, pl), va, type, reader_);
}

std::optional<u64> AddressSpace::look_up(u32 va, isa::Privilege pl) const {
    TableReader reader(bus_, config_.cpu, true);
    const mmu::Walk w = mmu::walk(mmu::regime_of(s_.sys, pl), va, mmu::AccessType::read, reader);
    return w.mapped ? std::optional(w.pa) : std::nullopt;
}

}  // namespace vtoll::core
