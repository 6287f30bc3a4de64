// SPDX-License-Identifier: Apache-2.0
// What a translation costs that the micro TLBs do not hold.
#include "core/timing/core_model.hpp"

namespace vtoll::core {

/// A nested walk is charged descriptor by descriptor.
u32 CoreModel::translate(const mmu::Walk* walk) {
    u32 cost = walk && p_.single_level ? 0 : add(Stall::walk_stage1, p_.micro_tlb_miss);
    if (!walk) return cost;
    ++stats_.walks;
    cost += add(Stall::walk_stage1, p_.walk_overhead);
    for (unsigned i = 0; i < walk->count; ++i) {
        const mmu::Descriptor& d = walk->descriptors[i];
        ++stats_.descriptors;
        u32 latency = p_.l1d_latency;
        if (!p_.walks_through_l1 || !l1d_.lookup(d.address, false)) {
            bool beyond_l2;
            latency = from_l2(d.address, beyond_l2);
            if (p_.walks_through_l1) {
                const Cache::Victim victim = l1d_.fill(d.address, false);
                if (victim.line != Cache::none && on_line_evicted) on_line_evicted(victim.line);
                write_back(victim, l1d_.line_size());
            }
        }
        cost += add(d.stage == 2 ? Stall::walk_stage2 : Stall::walk_stage1, latency);
    }
    return cost;
}

u32 CoreModel::translate_data(u64 tag, const mmu::Walk* walk) {
    if (micro_d_.contains(tag) && !walk) return 0;
    ++stats_.micro_tlb_d_misses;
    if (!micro_d_.contains(tag)) {
        const u64 out = micro_d_.insert(tag);
        if (out != ~u64{0} && on_data_page_evicted) on_data_page_evicted(out);
    }
    return translate(walk);
}

u32 CoreModel::translate_fetch(u64 tag, const mmu::Walk* walk) {
    if (micro_i_.contains(tag) && !walk) return 0;
    ++stats_.micro_tlb_i_misses;
    if (!micro_i_.contains(tag)) {
        const u64 out = micro_i_.insert(tag);
        if (out != ~u64{0} && on_fetch_page_evicted) on_fetch_page_evicted(out);
    }
    return translate(walk);
}

void CoreModel::tlb_maintained() {
    micro_i_.drop_all();
    micro_d_.drop_all();
}

}  // namespace vtoll::core
