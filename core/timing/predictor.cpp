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
      btb_ways_(p.btb_ways),
      btb_sets_(p.btb_entries / p.btb_ways),
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
    const std::size_t set = target_set(pc) * btb_ways_;
    for (std::size_t i = set; i < set + btb_ways_; ++i)
        if (targets_[i].tag == pc) targets_[i] = {};
}

void Predictor::train_direction(u32 pc, bool taken) {
    u8& c = counters_[counter_index(pc)];
    if (taken && c < 3) ++c;
    if (!taken && c > 0) --c;
    history_ = ((history_ << 1) | (taken ? history_step_ : 0)) & history_mask_;
}

u32 Predictor::predict_target(u32 pc) const {
    const std::size_t set = target_set(pc) * btb_ways_;
    for (std::size_t i = set; i < set + btb_ways_; ++i)
        if (targets_[i].tag == pc) return targets_[i].target;
    return 0;
}

void Predictor::train_target(u32 pc, u32 target) {
    const std::size_t n = target_set(pc), set = n * btb_ways_;
    for (std::size_t i = set; i < set + btb_ways_; ++i)
        if (targets_[i].tag == pc) {
            targets_[i].target = target;
            return;
        }
    targets_[set + replace_[n]] = {pc, target};
    replace_[n] = static_cast<u8>((replace_[n] + 1) % btb_ways_);
}

Prediction Predictor::resolve(u32 pc, BranchKind kind, bool taken, u32 target, u32 next) {
    ++counts_.branches;
    counts_.taken += taken;
    const bool direct = kind == BranchKind::conditional || kind == BranchKind::direct || kind == BranchKind::call;
    Prediction result = Prediction::right;
    if (kind == BranchKind::conditional || kind == BranchKind::conditional_ret) {
        if (predict_direction(pc) != taken) result = Prediction::wrong;
        train_direction(pc, taken);
    }
    const bool returns = kind == BranchKind::ret || kind == BranchKind::conditional_ret;
    if (returns && taken && !returns_.empty()) {
        if (!return_depth_ || returns_[return_top_] != target) result = Prediction::wrong;
        if (return_depth_) {
            return_top_ = (return_top_ + returns_.size() - 1) % returns_.size();
            --return_depth_;
        }
    } else if (taken) {
        const bool known = predict_target(pc) == target;
        if (!known) train_target(pc, target);
        if (!known && result == Prediction::right) result = direct ? Prediction::late : Prediction::wrong;
    }
    if ((kind == BranchKind::call || kind == BranchKind::indirect_call) && taken && !returns_.empty()) {
        return_top_ = (return_top_ + 1) % returns_.size();
        returns_[return_top_] = next;
        return_depth_ = std::min(return_depth_ + 1, returns_.size());
    }
    if (result == Prediction::wrong) ++counts_.mispredicts;
    return result;
}

}  // namespace vtoll::core
