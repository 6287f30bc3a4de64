// SPDX-License-Identifier: Apache-2.0
// Second pass: what the instructions and the block cost.
#include <algorithm>
#include <array>

#include "core/cpu/blocks/draft.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/scheduler.hpp"

namespace vtoll::core {

namespace {

void by_class(BlockDraft& draft, const Pricing& pricing) {
    for (unsigned i = 0; i < draft.insns; ++i) draft.ticks += draft.ops[i].cost = pricing.of(draft.ops[i]);
    draft.ticks = std::max(draft.ticks, u32{1});  // time passes, whatever the prices
}

using Work = std::array<Scheduled, max_block_insns>;

/// From instruction `i`, a load, to the first that needs its value.
unsigned distance_to_use(const BlockDraft& draft, const Work& work, unsigned i) {
    const u16 core = work[i].core_out & ~work[i].base_out;
    unsigned at = i + 1;
    while (at < draft.insns && !((work[at].early | work[at].late) & core) && !(work[at].ext_in & work[i].ext_out)) ++at;
    return at - i;
}

void state(isa::Op& load, unsigned bits) { load.flags |= static_cast<u16>(bits << isa::op_distance_shift); }

/// How far back the newest load is that each load's address is made of. The block is taken to repeat, so its end leads
/// to its beginning.
std::array<unsigned, max_block_insns> sources(const BlockDraft& draft, const Work& work) {
    std::array<unsigned, max_block_insns> distances{};
    std::array<unsigned, 16> made_of{};  // by register: 1 + the newest load that its value comes from; 0: none
    for (unsigned n = 0; n < 2 * draft.insns; ++n) {
        const unsigned i = n % draft.insns;
        const Scheduled& x = work[i];
        const bool load = draft.ops[i].flags & isa::op_reads_mem;
        const unsigned address = latest(made_of, x.early);
        if (load) distances[i] = address ? n + 1 - address : 0;
        const unsigned result = load ? n + 1 : latest(made_of, x.early | x.late);
        for (unsigned r = 0; r < 16; ++r)
            if (x.core_out >> r & 1) made_of[r] = x.base_out >> r & 1 ? address : result;
    }
    return distances;
}

void by_pipeline(BlockDraft& draft, const CoreProfile& profile) {
    std::array<Scheduled, max_block_insns> work;
    std::array<u16, max_block_insns> costs{}, leads{};
    for (unsigned i = 0; i < draft.insns; ++i) {
        work[i] = scheduled(draft.ops[i], profile.free);
        draft.system_ops |= u64{is_system(work[i])} << i;
    }
    const BlockPrice price =
        price_block(profile, {work.data(), draft.insns}, {costs.data(), draft.insns}, {leads.data(), draft.insns});
    for (unsigned i = 0; i < draft.insns; ++i) draft.ops[i].cost = costs[i];
    const auto from = profile.out_of_order ? sources(draft, work) : decltype(sources(draft, work)){};
    for (unsigned i = 0; i < draft.insns; ++i) {
        if (!(draft.ops[i].flags & isa::op_reads_mem)) continue;
        const bool late = 2u * leads[i] < profile.window / profile.width;
        if (profile.out_of_order) state(draft.ops[i], std::min(from[i], isa::most_source_distance) | (late ? 16 : 0));
        else if (profile.stall_on_use)
            state(draft.ops[i], std::min(distance_to_use(draft, work, i), isa::most_load_distance));
    }
    draft.ticks = price.total ? price.total / BlockPrice::scale : 1;
    draft.sixteenths = static_cast<u8>(price.total % BlockPrice::scale);
    const u32 beyond_issue = std::min((price.total - price.issue) / BlockPrice::scale, draft.ticks);
    draft.system = static_cast<u16>(std::min(price.system, beyond_issue));
    draft.dependency = static_cast<u16>(beyond_issue - draft.system);
}

}  // namespace

void schedule(BlockDraft& draft, const Pricing& pricing) {
    draft.ticks = 0;
    draft.system_ops = 0;
    if (pricing.core) by_pipeline(draft, *pricing.core);
    else by_class(draft, pricing);
}

}  // namespace vtoll::core
