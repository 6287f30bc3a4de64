// SPDX-License-Identifier: Apache-2.0
// Branch prediction: direction by two-bit counters (with or without global history), targets by a tagged buffer,
// returns by a stack.
#pragma once

#include <utility>
#include <vector>

#include "core/timing/core_profile.hpp"
#include "isa/encodings/roles.hpp"

namespace vtoll::core {

/// `late`: the target of a direct branch was not in the buffer; decode finds it, cheaper than a misprediction.
enum class Prediction : u8 { right, late, wrong };

using isa::BranchKind;

class Predictor {
public:
    explicit Predictor(const CoreProfile& p);

    /// Outcome of the branch at `pc`; `next` is the address after it. What the front end had made of it.
    Prediction resolve(u32 pc, BranchKind kind, bool taken, u32 target, u32 next);
    /// Branch predictor maintenance (BPIALL).
    void forget();
    /// The same for the branch at `pc` (BPIMVA).
    void forget(u32 pc);

    /// What each has learned becomes the other's; what they have counted stays.
    void exchange(Predictor& other) {
        std::swap(*this, other);
        std::swap(counts_, other.counts_);
    }

    u64 branches() const { return counts_.branches; }
    u64 taken() const { return counts_.taken; }
    u64 mispredicts() const { return counts_.mispredicts; }

private:
    struct Target {
        u32 tag = ~u32{0}, target = 0;
    };
    bool predict_direction(u32 pc) const { return counters_[counter_index(pc)] >= 2; }
    std::size_t counter_index(u32 pc) const { return ((pc >> 2) ^ (pc >> 1 & 1) ^ history_) & (counters_.size() - 1); }
    /// Every set is used by A32 code too, whose addresses have no bit 1.
    std::size_t target_set(u32 pc) const { return ((pc >> 2) ^ (pc >> 1 & 1)) % btb_sets_; }
    void train_direction(u32 pc, bool taken);
    u32 predict_target(u32 pc) const;
    void train_target(u32 pc, u32 target);

    std::vector<u8> counters_;
    std::vector<Target> targets_;
    std::vector<u8> replace_;
    std::vector<u32> returns_;
    unsigned btb_ways_, btb_sets_;
    unsigned history_step_, history_mask_, history_ = 0;  ///< the newest outcome is bit history_step_
    std::size_t return_top_ = 0, return_depth_ = 0;
    struct Counts {
        u64 branches = 0, taken = 0, mispredicts = 0;
    };
    Counts counts_;
};

}  // namespace vtoll::core
