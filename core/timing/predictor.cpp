// SPDX-License-Identifier: Apache-2.0
#include "core/timing/predictor.hpp"

#include <algorithm>
#include <bit>

namespace vtoll::core {

Predictor::Predictor(const CoreProfile& p)
    : counters_(p.counter_entries, 1),
      targets_(p.btb_entries),
      replace_(p.btb_entries / p.btb_ways),
      returns_(p.return_stack),
      counter_mask_(p.counter_entries - 1),
      btb_ways_(p.btb_ways),
      btb_sets_(p.btb_entries / p.btb_ways),
      btb_mask_(std::has_single_bit(btb_sets_) ? btb_sets_ - 1 : ~u32{0}),
      // McFarling, "Combining Branch Predictors" (WRL TN-36, 1993), gshare: a history shorter than the index meets its
      // upper bits, so that branches near each other, which differ in the lower ones, stay apart.
      history_step_(1u << std::max(0, std::countr_zero(p.counter_entries) - static_cast<int>(p.history_bits))),
      history_mask_((history_step_ << p.history_bits) - history_step_) {}

void Predictor::forget() {
    std::fill(counters_.begin(), counters_.end(), u8{1});
    std::fill(targets_.begin(), targets_.end(), Target{});
    history_ = 0;
    return_depth_ = 0;
}

void Predictor::forget(u32 pc) {
    counters_[counter_index(pc)] = 1;
    const std::size_t set = target_set(pc);
    for (std::size_t i = set; i < set + btb_ways_; ++i)
        if (targets_[i].tag == pc) targets_[i] = {};
}

bool Predictor::train_target(u32 pc, u32 target) {
    const std::size_t set = target_set(pc);
    for (std::size_t i = set; i < set + btb_ways_; ++i)
        if (targets_[i].tag == pc) return std::exchange(targets_[i].target, target) == target;
    u8& next = replace_[set / btb_ways_];
    targets_[set + next] = {pc, target};
    if (++next == btb_ways_) next = 0;
    return false;
}

/// Calls, returns and branches to what a register holds.
Prediction Predictor::resolve_further(u32 pc, BranchKind kind, bool taken, u32 target, u32 next) {
    Prediction result = Prediction::right;
    if (kind == BranchKind::conditional_ret && train_direction(pc, taken)) result = Prediction::wrong;
    const bool returns = kind == BranchKind::ret || kind == BranchKind::conditional_ret;
    if (returns && taken && !returns_.empty()) {
        if (!return_depth_ || returns_[return_top_] != target) result = Prediction::wrong;
        if (return_depth_) {
            return_top_ = (return_top_ ? return_top_ : returns_.size()) - 1;
            --return_depth_;
        }
    } else if (taken) {
        const bool known = knows_first(pc, target) || train_target(pc, target);
        if (!known && result == Prediction::right)
            result = kind == BranchKind::call ? Prediction::late : Prediction::wrong;
    }
    if ((kind == BranchKind::call || kind == BranchKind::indirect_call) && taken && !returns_.empty()) {
        if (++return_top_ == returns_.size()) return_top_ = 0;
        returns_[return_top_] = next;
        return_depth_ = std::min(return_depth_ + 1, returns_.size());
    }
    if (result == Prediction::wrong) ++counts_.mispredicts;
    return result;
}

}  // namespace vtoll::core
