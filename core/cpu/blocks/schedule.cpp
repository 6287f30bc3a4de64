// SPDX-License-Identifier: Apache-2.0
// Second pass: what the instructions and the block cost.
#include <algorithm>

#include "core/cpu/blocks/draft.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/scheduler.hpp"

namespace vtoll::core {

namespace {

void by_class(BlockDraft& draft, const Pricing& pricing) {
    for (unsigned i = 0; i < draft.insns; ++i) draft.ticks += draft.ops[i].cost = pricing.of(draft.ops[i]);
    draft.ticks = std::max(draft.ticks, u32{1});  // time passes, whatever the prices
}

void by_pipeline(BlockDraft& draft, const CoreProfile& profile) {
    std::array<Scheduled, max_block_insns> work;
    std::array<u16, max_block_insns> costs{};
    for (unsigned i = 0; i < draft.insns; ++i) work[i] = scheduled(draft.ops[i]);
    const BlockPrice price = price_block(profile, {work.data(), draft.insns}, {costs.data(), draft.insns});
    for (unsigned i = 0; i < draft.insns; ++i) draft.ops[i].cost = costs[i];
    draft.ticks = price.total ? price.total / BlockPrice::scale : 1;
    draft.sixteenths = static_cast<u8>(price.total % BlockPrice::scale);
    draft.dependency = static_cast<u16>(std::min((price.total - price.issue) / BlockPrice::scale, draft.ticks));
}

}  // namespace

void schedule(BlockDraft& draft, const Pricing& pricing) {
    draft.ticks = 0;
    if (pricing.core) by_pipeline(draft, *pricing.core);
    else by_class(draft, pricing);
}

}  // namespace vtoll::core
