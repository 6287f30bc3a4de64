// SPDX-License-Identifier: Apache-2.0
// Branch prediction: direction by two-bit counters (with or without global history), targets by a tagged buffer,
// returns by a stack.
#pragma once

#include <array>
#include <bit>
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

    /// Outcome of the branch at `pc`; `next` is the address after it. What the front end had made of it. The outcome
    /// of a guest's branch is hard to foresee for the host too, so little here depends on it by a branch of the host's.
    Prediction resolve(u32 pc, BranchKind kind, bool taken, u32 target, u32 next) {
        ++counts_.branches;
        counts_.taken += taken;
        if (kind != BranchKind::conditional && kind != BranchKind::direct)
            return resolve_further(pc, kind, taken, target, next);
        const bool wrong = kind == BranchKind::conditional && train_direction(pc, taken);
        counts_.mispredicts += wrong;
        const bool known = knows_first(pc, target) | !taken;
        if (!known) [[unlikely]]
            return train_target(pc, target) || wrong ? wrong_or_right(wrong) : Prediction::late;
        return wrong_or_right(wrong);
    }
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
    static Prediction wrong_or_right(bool wrong) { return wrong ? Prediction::wrong : Prediction::right; }
    /// Every entry is used by A32 code too, whose addresses have no bit 1.
    static u32 folded(u32 pc) { return (pc >> 2) ^ (pc >> 1 & 1); }
    std::size_t counter_index(u32 pc) const { return (folded(pc) ^ history_) & counter_mask_; }
    /// Where the ways of its set begin.
    std::size_t target_set(u32 pc) const {
        const u32 set = folded(pc) & btb_mask_;
        return std::size_t{set < btb_sets_ ? set : set % btb_sets_} * btb_ways_;
    }
    /// The direction was foreseen wrongly.
    bool train_direction(u32 pc, bool taken) {
        // By what the counter says, in order of counters, when the branch is not taken and when it is.
        static constexpr std::array<u8, 8> next{0, 0, 1, 2, 1, 2, 3, 3};
        u8& counter = counters_[counter_index(pc)];
        const bool wrong = (counter >> 1) != static_cast<int>(taken);
        counter = next[unsigned{taken} << 2 | counter];
        history_ = ((history_ << 1) | (history_step_ & (0u - taken))) & history_mask_;
        return wrong;
    }
    /// The first way of the set has it: no other need be looked at.
    bool knows_first(u32 pc, u32 target) const {
        return std::bit_cast<u64>(targets_[target_set(pc)]) == std::bit_cast<u64>(Target{pc, target});
    }
    /// The target was in the buffer; it is afterwards.
    bool train_target(u32 pc, u32 target);
    Prediction resolve_further(u32 pc, BranchKind kind, bool taken, u32 target, u32 next);

    std::vector<u8> counters_;
    std::vector<Target> targets_;
    std::vector<u8> replace_;
    std::vector<u32> returns_;
    u32 counter_mask_;
    unsigned btb_ways_, btb_sets_;
    u32 btb_mask_;  ///< as many low bits as name a set; all where their number is no power of two
    unsigned history_step_, history_mask_, history_ = 0;  ///< the newest outcome is bit history_step_
    std::size_t return_top_ = 0, return_depth_ = 0;
    struct Counts {
        u64 branches = 0, taken = 0, mispredicts = 0;
    };
    Counts counts_;
};

}  // namespace vtoll::core
