// SPDX-License-Identifier: Apache-2.0
// The run loop's side of a core profile: accesses are charged where they are made, and the L0 filter is kept a subset
// of what L1 and the micro TLB hold.
#include <bit>

#include "core/cpu/cpu.hpp"
#include "core/cpu/table_reader.hpp"

namespace vtoll::core {

unsigned Cpu::core_line_bits() const { return static_cast<unsigned>(std::countr_zero(core_->profile().l1d.line)); }

void Cpu::connect_core_model() {
    core_ = std::make_unique<CoreModel>(*config_.pricing.core, config_.clock_hz, stalls_);
    const unsigned line_bits = core_line_bits();
    s_.set_l0_granule(line_bits);

    core_->on_line_evicted = [this, line_bits](u64 line) {
        // Virtual and physical address agree below bit 12; the table's index may hold bits above.
        const u32 low = static_cast<u32>(line << line_bits) & 0xfff;
        for (u32 high = 0; high < (1u << (isa::CpuState::l0_bits + line_bits)); high += 0x1000) {
            isa::L0Entry& e = s_.l0_entry(high | low);
            if (e.line == line) e.read_tag = e.write_tag = isa::L0Entry::no_tag;
        }
    };
    core_->on_data_page_evicted = [this, line_bits](u64 tag) {
        const auto it = micro_data_.find(tag);
        if (it == micro_data_.end()) return;
        u64 filled = it->second.filled;
        micro_data_.erase(it);
        micro_used_ = nullptr;
        for (; filled; filled &= filled - 1) {
            const u32 first = static_cast<u32>(tag) | static_cast<u32>(std::countr_zero(filled)) << 6;
            for (u32 va = first; va < first + 64; va += 1u << line_bits) {
                isa::L0Entry& e = s_.l0_entry(va);
                if ((e.read_tag & ~u64{0xfff}) == tag) e.read_tag = isa::L0Entry::no_tag;
                if ((e.write_tag & ~u64{0xfff}) == tag) e.write_tag = isa::L0Entry::no_tag;
            }
        }
    };
    core_->on_fetch_page_evicted = [this](u64 tag) {
        micro_fetch_.erase(tag);
        FetchPage& page = fetch_pages_[(static_cast<u32>(tag) >> 12) % fetch_pages_.size()];
        if (page.tag == tag) page = {};
    };
}

/// A data access's translation as the core makes it: micro TLB, main TLB, walk.
mmu::Result Cpu::translate_through_micro_tlb(u32 va, bool write, isa::Privilege pl) {
    const u64 tag = s_.l0_ctx_by_pl[static_cast<unsigned>(pl)] | (va & ~u32{0xfff});
    if (!micro_used_ || micro_used_->tag != tag) {
        const auto it = micro_data_.find(tag);
        micro_used_ = it == micro_data_.end() ? nullptr : &it.value();
    }
    if (micro_used_) {
        if (write ? micro_used_->result.may_write : micro_used_->result.may_read) {
            mmu::Result r = micro_used_->result;
            r.pa = (r.pa & ~u64{0xfff}) | (va & 0xfff);
            return r;
        }
    }
    const mmu::Result r = mmu_.translate(s_.sys, {.va = va, .write = write, .fetch = false, .privilege = pl});
    if (!r.ok) {
        charge(core_->translation_failed(r.walk));
        return r;
    }
    charge(core_->translate_data(tag, r.tlb_hit ? nullptr : r.walk));
    MicroEntry& entry = micro_data_[tag];
    entry.tag = tag;
    entry.result = r;
    micro_used_ = &entry;
    return r;
}

/// An access to memory that L0 did not serve.
void Cpu::charge_memory(const isa::Op* op, const mmu::Result& r, bool write) {
    const Moment now{now_at(op), s_.insns};
    if (!r.attr.cacheable()) charge(core_->uncached(r.pa, write, now));
    else charge(write ? core_->store(r.pa, op, now) : core_->load(r.pa, op, now));
}

u32 Cpu::event(CostEvent e) {
    if (core_) return core_->event(e);
    const u32 price = config_.pricing.of(e);
    const bool device = e == CostEvent::device_read || e == CostEvent::device_write;
    stalls_[static_cast<std::size_t>(device ? Stall::device : Stall::exception)] += price;
    return price;
}

}  // namespace vtoll::core
