// SPDX-License-Identifier: Apache-2.0
// A processor's time. It is kept as a count-down: `now() == deadline - state.countdown`, and the executor looks up when
// the count-down is used up. A block is charged at its head, so inside a block the books are ahead of the instruction
// being executed: `now_at` and `wind_back` correct for that.
#pragma once

#include <algorithm>

#include "core/cpu/blocks/block.hpp"
#include "core/seam/observer.hpp"
#include "core/timing/scheduler.hpp"

namespace vtoll::core {

class CpuClock {
public:
    /// `modelled`: by a core profile, which can tell what time was spent on. `width`: instructions that a tick may
    /// take.
    CpuClock(isa::CpuState& state, bool modelled, unsigned width) : s_(state), modelled_(modelled), width_(width) {}

    u64 now() const { return deadline_ - static_cast<u64>(s_.countdown); }
    /// When `op` of the running block completes; nullptr: now.
    u64 now_at(const isa::Op* op) const { return op ? now() - price_behind(op) : now(); }
    /// No later than that, without a look at what is behind.
    u64 earliest_at(const isa::Op* op) const { return op ? now() - head_of(op).ticks : now(); }
    Counts counts() const { return {s_.insns, now(), modelled_ ? &stalls_ : nullptr, &events_}; }
    /// With `op`, without what its block was charged for behind it.
    Counts counts_at(const isa::Op* op) const { return {completed(op) + 1, now_at(op)}; }
    /// Instructions in front of `op` of the running block; nullptr: all.
    u64 completed(const isa::Op* op) const { return op ? s_.insns - head_of(op).insns + op->idx : s_.insns; }

    // --- charges
    void charge(u32 ticks) { s_.countdown -= ticks; }
    void give_back(u32 ticks) { s_.countdown += ticks; }
    /// A block, whose price in whole ticks is `ticks`. `s` is the state of its processor's clock. The count-down is
    /// changed once: what follows waits for it.
    [[gnu::always_inline]] static void charge(isa::CpuState& s, const BlockHead& head, u32 ticks) {
        s.countdown -= ticks;
        s.insns += head.insns;
    }
    /// The price on a core profile, fractions and stalls being booked.
    [[gnu::always_inline]] u32 whole_ticks(const BlockHead& head) {
        const u32 fraction = fraction_ + head.sixteenths;
        fraction_ = fraction % BlockPrice::scale;
        book(Stall::dependency, head.dependency);
        return head.ticks + fraction / BlockPrice::scale;
    }
    /// Gives back what the block was charged for behind `op`, and, unless it `completed`, for `op`.
    void wind_back(const isa::Op* op, bool completed);
    /// Charges again what wind_back(op, false) gave back.
    void wind_forward(const isa::Op* op);

    MemoryEvents& events() { return events_; }
    /// Sixteenths of a tick that blocks have run up: for code that charges a block itself.
    const u32& fraction() const { return fraction_; }
    StallTotals& stalls() { return stalls_; }
    const StallTotals& stalls() const { return stalls_; }
    void book(Stall stall, u32 ticks) { stalls_[static_cast<std::size_t>(stall)] += ticks; }

    // --- limits
    void set_instruction_limit(u64 instructions) { instruction_limit_ = instructions; }
    bool limit_reached() const { return s_.insns >= instruction_limit_; }
    void begin_turn(u64 until);
    /// `grace`: ticks that it may take beyond its end.
    bool turn_over(u64 grace) const { return now() >= turn_end_ + grace; }
    /// Ticks that may be run before somebody has to look. No more than `width` instructions go into one, so the limit
    /// of instructions is come to in steps, and passed by less than a block.
    u64 ticks_left(u64 grace) const {
        const u64 t = now(), end = t < turn_end_ ? turn_end_ : turn_end_ + grace;
        return std::min(end - t, std::max<u64>(1, (instruction_limit_ - s_.insns) / width_));
    }
    void run_for(u64 ticks) { set_deadline(now() + ticks); }
    /// The turn ends at `tick`; that may be now, or have gone by.
    void end_turn_by(u64 tick);
    /// Out of the running chain of blocks at the next one.
    void kick() {
        if (s_.countdown > 0) set_deadline(now());
    }
    /// It is `tick`: the processor slept, or was restored.
    void skip_to(u64 tick);

private:
    /// Make `tick` the moment at which the count-down reaches zero.
    void set_deadline(u64 tick);
    /// Whole ticks that the block of `op` was charged for behind it.
    static u32 price_behind(const isa::Op* op);

    isa::CpuState& s_;
    const bool modelled_;
    const unsigned width_;
    u64 deadline_ = 0;  ///< tick at which the count-down reaches 0
    u32 fraction_ = 0;  ///< sixteenths of a tick that blocks have run up
    StallTotals stalls_{};
    MemoryEvents events_;
    u64 turn_end_ = 0;
    u64 instruction_limit_ = ~u64{0};
};

}  // namespace vtoll::core
