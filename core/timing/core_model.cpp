// SPDX-License-Identifier: Apache-2.0
#include "core/timing/core_model.hpp"

#include <cmath>

namespace vtoll::core {

namespace {
u32 ticks_of(double ns, u64 clock_hz) {
    return static_cast<u32>(std::lround(ns * static_cast<double>(clock_hz) * 1e-9));
}
}  // namespace

CoreModel::CoreModel(const CoreProfile& profile, u64 clock_hz, StallTotals& stalls, const Placement& placement,
                     Cluster* cluster)
    : p_(profile),
      memory_ticks_(ticks_of(profile.memory_ns, clock_hz)),
      interval_ticks_(ticks_of(profile.interval_ns, clock_hz)),
      stream_ticks_(ticks_of(profile.stream_ns, clock_hz)),
      write_ticks_(ticks_of(profile.write_ns, clock_hz)),
      rest_ticks_(ticks_of(profile.rest_ns, clock_hz)),
      l1i_(profile.l1i, placement, profile.free.has(FreePart::refill)),
      l1d_(profile.l1d, placement, profile.free.has(FreePart::refill)),
      cluster_(cluster),
      l2_(cluster ? cluster->l2() : own_l2_.emplace(profile.l2, placement, profile.free.has(FreePart::refill))),
      micro_i_(profile.micro_tlb_i),
      micro_d_(profile.micro_tlb_d),
      predictor_(profile),
      branch_ticks_{{{0, profile.late_target, profile.mispredict},
                     {profile.taken_branch, profile.late_target, profile.mispredict}}},
      stalls_(stalls),
      ahead_(profile.out_of_order ? profile.window / profile.width : 0),
      fills_(profile.outstanding),
      store_fills_(profile.store_fills),
      prefetch_(profile.streams),
      store_ends_(profile.store_buffer),
      posted_ends_(profile.device_writes) {
    for (std::size_t i = 0; i < device_paths; ++i) device_ticks_[i] = ticks_of(profile.devices[i].ns, clock_hz);
    if (profile.free.has(FreePart::refill)) aside_.emplace(profile);
    if (cluster) cluster->join(*this);
}

void CoreModel::stand(Side side) {
    if (!aside_ || side == side_) return;
    side_ = side;
    std::swap(micro_i_, aside_->micro_i);
    std::swap(micro_d_, aside_->micro_d);
    std::swap(prefetch_, aside_->prefetch);
    predictor_.exchange(aside_->predictor);
}

}  // namespace vtoll::core
