// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/cpu_clock.hpp"

namespace vtoll::core {

using isa::Op;

u32 CpuClock::price_behind(const Op* op) {
    u32 price = 0;
    for (unsigned left = head_of(op).insns - op->idx - 1u; left; --left) price += (++op)->cost;
    return price;
}

void CpuClock::wind_back(const Op* op, bool completed) {
    const BlockHead& head = head_of(op);
    const u32 done = op->idx + (completed ? 1u : 0u);
    if (done == head.insns) return;
    s_.insns -= head.insns - done;
    const u32 refund = price_behind(op) + (completed ? 0 : op->cost);
    s_.countdown += refund;
    if (modelled_) stalls_[static_cast<std::size_t>(Stall::dependency)] -= std::min<u32>(refund, head.dependency);
}

void CpuClock::wind_forward(const Op* op) {
    const BlockHead& head = head_of(op);
    s_.insns += head.insns - op->idx;
    const u32 price = price_behind(op) + op->cost;
    s_.countdown -= price;
    if (modelled_) book(Stall::dependency, std::min<u32>(price, head.dependency));
}

void CpuClock::set_deadline(u64 tick) {
    const u64 t = now();
    deadline_ = tick;
    s_.countdown = static_cast<s64>(tick - t);
}

void CpuClock::begin_turn(u64 until) {
    turn_end_ = until;
    set_deadline(until);
}

void CpuClock::end_turn_by(u64 tick) {
    turn_end_ = std::min(turn_end_, tick);
    if (tick <= now()) kick();
    else if (tick < deadline_) set_deadline(tick);
}

void CpuClock::skip_to(u64 tick) {
    deadline_ = tick;
    s_.countdown = 0;
}

}  // namespace vtoll::core
