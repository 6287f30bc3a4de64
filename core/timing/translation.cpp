// SPDX-License-Identifier: Apache-2.0
// What a translation costs that the micro TLBs do not hold.
#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

/// A nested walk is charged descriptor by descriptor.
u32 CoreModel::translate(const mmu::Walk* walk) {
    const auto priced = [this](unsigned stage, u32 ticks) {
        if (p_.free.has(stage == 2 ? FreePart::stage2_walk : FreePart::tlb)) return u32{0};
        return add(stage == 2 ? Stall::walk_stage2 : Stall::walk_stage1, ticks);
    };
    u32 cost = walk && p_.single_level ? 0 : priced(1, p_.micro_tlb_miss);
    if (!walk) return cost;
    ++stats_.walks;
    cost += priced(1, p_.walk_overhead);
    for (unsigned i = 0; i < walk->count; ++i) {
        const mmu::Descriptor& d = walk->descriptors[i];
        ++stats_.descriptors;
        cost += priced(d.stage, descriptor(d));
    }
    return cost;
}

/// From the caches that its table's attributes allow: the core's L1 if walks look there, then L2.
u32 CoreModel::descriptor(const mmu::Descriptor& d) {
    const bool in_l1 = p_.walks_through_l1 && d.memory.inner;
    const Cache::Sought sought = l1d_.sought(d.address, d.address, side_);
    if (in_l1 && in_l1d(sought, d.address, false)) return p_.l1d_latency;
    const bool in_l2 = p_.l2_by_outer ? d.memory.outer : d.memory.inner;
    const bool free = p_.free.has(FreePart::uncached);
    const u32 latency = in_l2 ? from_l2(d.address).latency : free ? 0 : p_.l2_latency + memory_ticks_;
    if (!in_l2) {
        const bool first = d.stage == 1;
        event(first ? MemoryEvent::uncached_walk1 : MemoryEvent::uncached_walk2,
              first ? MemoryEvent::uncached_walk1_ticks : MemoryEvent::uncached_walk2_ticks, free ? 0 : memory_ticks_);
    }
    if (in_l1) place(sought, d.address, false);
    return latency ? latency : p_.l1d_latency;
}

u32 CoreModel::translate_data(u64 tag, const mmu::Walk* walk, bool fresh) {
    const bool there = held(micro_d_, tag, fresh);
    if (there && !walk) return 0;
    ++stats_.micro_tlb_d_misses;
    if (!there) page_left_ = micro_d_.insert(tag);
    const u64 before = stalls_[static_cast<std::size_t>(Stall::walk_stage1)];
    const u32 cost = translate(walk);
    translated_ = static_cast<u32>(stalls_[static_cast<std::size_t>(Stall::walk_stage1)] - before);
    return cost;
}

/// An out-of-order core translates an address as soon as it has it, `ticks` before the access's turn. A miss of L1 has
/// been sent for that much earlier; where the data are in L1, nobody waits for the translation either.
void CoreModel::hide_translation(u64 ticks) {
    hidden_ = static_cast<u32>(std::min<u64>(translated_, ticks));
    stalls_[static_cast<std::size_t>(Stall::walk_stage1)] -= hidden_;
    translated_ = 0;
}

u32 CoreModel::translate_fetch(u64 tag, const mmu::Walk* walk, bool fresh) {
    const bool there = held(micro_i_, tag, fresh);
    if (there && !walk) return 0;
    ++stats_.micro_tlb_i_misses;
    if (!there) page_left_ = micro_i_.insert(tag);
    return translate(walk);
}

void CoreModel::tlb_maintained() {
    micro_i_.drop_all();
    micro_d_.drop_all();
    if (!aside_) return;
    aside_->micro_i.drop_all();
    aside_->micro_d.drop_all();
}

}  // namespace vtoll::core
