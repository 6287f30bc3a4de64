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

/// Where exits are apart their micro TLBs are there twice.
std::size_t micro_entries(const CoreModel* core, std::size_t entries) {
    return core && core->exits_apart() ? 2 * entries : entries;
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
      mmu_(reader_, mmu_config(core)),
      micro_data_(micro_entries(core, core ? core->profile().micro_tlb_d : 0)),
      micro_fetch_(micro_entries(core, core ? core->profile().micro_tlb_i : 0)) {
    if (!core_) return;
    s_.set_l0_granule(static_cast<unsigned>(std::countr_zero(core_->profile().l1d.line)));
    core_->serve(s_.l0.data());
}

namespace {

constexpr unsigned page_size = 12, block_sizes[] = {20, 16};

constexpr u64 block_mask(unsigned bits) { return ~((u64{1} << bits) - 1); }
constexpr u64 block_tag(u64 page, unsigned bits) { return (page & block_mask(bits)) | (bits - page_size); }

/// Bits of the block that one entry holds. Where there is no second level the entries are of every size (DDI 0344D
/// §6.1); above one, of pages: "it only allocates one mapping for the particular 4K region" (DDI 0438I §5.2).
unsigned held_as_one(const CoreModel& core, unsigned bits) {
    if (!core.profile().single_level) return page_size;
    return bits >= 20 ? 20 : bits >= 16 ? 16 : page_size;
}

}  // namespace

/// The entry of the page, or of the block of more than a page that has it.
MicroEntry* AddressSpace::held(MicroEntries& entries, u64 page) const {
    if (MicroEntry* entry = entries.find(page)) return entry;
    if (core_->profile().single_level)
        for (const unsigned bits : block_sizes)
            if (MicroEntry* entry = entries.find(block_tag(page, bits))) return entry;
    return nullptr;
}

/// What was translated last becomes an entry, or another's new contents. `fresh`: none holds the page.
MicroEntry& AddressSpace::enter(MicroEntries& entries, u64 page, unsigned bits, bool fresh) {
    const u64 tag = block_tag(page, bits);
    MicroEntry* entry = fresh ? nullptr : entries.find(tag);
    if (!entry) entry = &entries.add(tag);
    entry->mask = block_mask(bits);
    entry->first = page & entry->mask;
    entry->result = translated_;
    return *entry;
}

/// What leaves the core's micro TLBs leaves the tables here, and the filter.
void AddressSpace::forget_data(u64 tag) {
    MicroEntry* const entry = tag == MicroTlb::none ? nullptr : micro_data_.remove(tag);
    if (!entry) return;
    if (entry->of_a_page()) filter_.drop_page(entry->first, entry->filled);
    else if (entry->filled) filter_.drop_block(entry->first, entry->mask);
    if (micro_used_ == entry) micro_used_ = nullptr;
    entry->first = 1, entry->mask = 0;
}

void AddressSpace::forget_fetch(u64 tag) {
    const MicroEntry* const entry = tag == MicroTlb::none ? nullptr : micro_fetch_.remove(tag);
    if (!entry) return;
    for (FetchPage& page : fetch_pages_)
        if (entry->holds(page.tag)) page = {};
}

/// A data access's translation as the core makes it: micro TLB, main TLB, walk.
const mmu::Result& AddressSpace::translate_through_micro_tlb(u64 page, u32 va, bool write, isa::Privilege pl) {
    MicroEntry* entry = held(micro_data_, page);
    if (!entry || !entry->allows(write)) {
        mmu_.translate(s_.sys, {.va = va, .write = write, .fetch = false, .privilege = pl}, translated_);
        if (!translated_.ok) {
            clock_.charge(core_->translation_failed(translated_.walk));
            return translated_;
        }
        const unsigned bits = held_as_one(*core_, translated_.page_bits);
        clock_.charge(core_->translate_data(block_tag(page, bits), translated_.walk, !entry));
        forget_data(core_->page_left());
        entry = &enter(micro_data_, page, bits, !entry);
    }
    micro_used_ = recent(page) = entry;
    return entry->at(va);
}

const FetchPage* AddressSpace::find_page(u32 va, isa::Fault& fault) {
    FetchPage& page = config_.remember ? fetch_pages_[(va >> 12) % fetch_pages_.size()] : forgotten_;
    const u64 tag = page_tag(va, s_.privilege());
    MicroEntry* entry = core_ ? held(micro_fetch_, tag) : nullptr;
    if (!entry) {
        mmu_.translate(s_.sys, {.va = va, .write = false, .fetch = true, .privilege = s_.privilege()}, translated_);
        if (!translated_.ok) {
            if (core_) clock_.charge(core_->translation_failed(translated_.walk));
            fault = translated_.fault;
            return nullptr;
        }
        if (core_) {
            const unsigned bits = held_as_one(*core_, translated_.page_bits);
            clock_.charge(core_->translate_fetch(block_tag(tag, bits), translated_.walk, true));
            forget_fetch(core_->page_left());
            entry = &enter(micro_fetch_, tag, bits, true);
        }
    }
    const u64 pa = entry ? entry->at(va).pa : translated_.pa;
    page = {tag, pa & ~u64{page_mask}, bus_.dmi(pa).host};
    return &page;
}

void AddressSpace::flush() {
    filter_.clear();
    fetch_pages_.fill({});
    if (!core_) return;
    core_->tlb_maintained();
    micro_data_.clear();
    micro_used_ = nullptr;
    recent_.fill(nullptr);
    micro_fetch_.clear();
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
