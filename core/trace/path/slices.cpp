// SPDX-License-Identifier: Apache-2.0
#include "core/trace/path/slices.hpp"

#include <algorithm>

#include "core/cpu/blocks/block.hpp"

namespace vtoll::core::trace {

namespace {

constexpr auto dependency = static_cast<std::size_t>(Stall::dependency),
               system_stall = static_cast<std::size_t>(Stall::system);

/// The most that each of `costs` can have so that they have `together` at most: whole ticks, and how many of those that
/// want more have one more.
struct Level {
    s64 each = 0, more = 0;
};
Level level_of(std::span<const s64> costs, s64 together) {
    Level level;
    for (;;) {
        const auto wanting = std::ranges::count_if(costs, [&](s64 cost) { return cost > level.each; });
        if (!wanting || together < wanting) {
            level.more = wanting ? together : 0;
            return level;
        }
        together -= wanting;
        ++level.each;
    }
}

}  // namespace

void share_price(std::span<const u16> costs, u64 system_ops, s64 system, s64 waited, std::span<Slice> slices) {
    std::array<s64, max_block_insns> rest{};
    s64 together = 0;
    for (std::size_t i = 0; i < costs.size(); ++i) {
        rest[i] = costs[i];
        if (system_ops >> i & 1) {
            const s64 own = std::min(system, rest[i]);
            slices[i].stalls[system_stall] += own;
            system -= own;
            rest[i] -= own;
        }
        together += rest[i];
    }
    Level level = level_of({rest.data(), costs.size()}, std::max(s64{0}, together - waited));
    for (std::size_t i = 0; i < costs.size(); ++i) {
        s64 issue = std::min(rest[i], level.each);
        if (rest[i] > level.each && level.more) {
            ++issue;
            --level.more;
        }
        const s64 own = std::min(waited, rest[i] - issue);
        slices[i].stalls[dependency] += own;
        waited -= own;
    }
    slices.back().stalls[system_stall] += system;
    slices.back().stalls[dependency] += waited;
}

void Slices::restart() {
    told_ = cpu_.counts().ticks;
    marked_ = cpu_.stalls();
    in_block_ = false;
    count_ = 0;
}

StallTicks Slices::pass(u64 ticks) {
    StallTicks stalls{};
    const StallTotals& now = cpu_.stalls();
    for (std::size_t i = first_core_stall; i < static_cast<std::size_t>(Stall::exception); ++i)
        stalls[i] = static_cast<s64>(now[i] - marked_[i]);
    marked_ = now;
    told_ = ticks;
    return stalls;
}

/// The newest slice ends at `ticks`.
void Slices::cut(u64 ticks) {
    Slice& slice = slices_[count_ - 1];
    slice.ticks = ticks - slice.begin;
    const StallTicks more = pass(ticks);
    for (std::size_t i = 0; i < stall_count; ++i) slice.stalls[i] += more[i];
    dependency_ += slice.stalls[dependency];  // of the block's price, or given back
    slice.stalls[dependency] = 0;
}

void Slices::block(const isa::CpuState&, const BlockKey&, std::span<const isa::Op>, Counts) {
    in_block_ = true;
    completed_ = true;
    count_ = 0;
    system_ = dependency_ = 0;
}

void Slices::instruction(const isa::CpuState& s, const BlockKey& key, const isa::Op* op, Counts at) {
    const u64 begins = count_ ? at.ticks - op->cost : told_;
    if (count_) cut(begins);
    Slice& slice = slices_[count_];
    slice = {};
    slice.place = {PathPlace::Kind::instruction, op->pc, op->raw, op->len, op->itstate, key.thumb(), s.privilege()};
    slice.begin = begins;
    slice.executed = true;
    costs_[count_++] = op->cost;
    if (count_ > 1) return;
    const Block& block = *head_of(op).block;
    system_ops_ = block.system_ops;
    system_ = block.system;
    slice.stalls[system_stall] = -system_;  // it comes with the first, as the block is charged
}

void Slices::interrupted(const isa::Op*, bool completed) { completed_ = completed; }

void Slices::block_over(Counts at) { finish(at.ticks); }

void Slices::finish(u64 ticks) {
    if (!in_block_) return;
    in_block_ = false;
    if (!count_) return;
    cut(ticks);
    slices_[count_ - 1].executed = completed_;
    if (!completed_) costs_[count_ - 1] = 0;  // given back
    share_price({costs_.data(), count_}, system_ops_, system_, dependency_, {slices_.data(), count_});
    for (unsigned i = 0; i < count_; ++i) took(slices_[i]);
}

}  // namespace vtoll::core::trace
