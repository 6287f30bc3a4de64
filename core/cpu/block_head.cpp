// SPDX-License-Identifier: Apache-2.0
// The pseudo-op in front of a block: it charges the block's price, tells the books of a new region, and on core
// profiles sees to the instruction fetch. And the wrapper around a block's last branch that feeds the branch predictor.
#include <algorithm>

#include "core/cpu/block_charge.hpp"
#include "core/cpu/block_ends.hpp"
#include "core/cpu/cpu.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {

/// Whole ticks that the rest of a block was charged for, from instruction `from` on.
u32 price_from(const Op* head, const Op* from) {
    u32 price = 0;
    for (const Op* end = head + 1 + head->imm; from < end; ++from) price += from->cost;
    return price;
}

}  // namespace

template <bool Booked>
const Op* Cpu::block_head(CpuState& s, const Op* op) {
    if (s.countdown <= 0) [[unlikely]]
        return nullptr;  // r[15] is this block's address: it will be looked up again
    static_cast<Cpu&>(*s.env).charge_block<Booked>(op);
    VTOLL_NEXT(s, op);
}

const Op* Cpu::core_head(CpuState& s, const Op* op) {
    if (s.countdown <= 0) [[unlikely]]
        return nullptr;
    static_cast<Cpu&>(*s.env).charge_core_block(op);
    VTOLL_NEXT(s, op);
}

const Op* Cpu::trigger_head(CpuState& s, const Op* op) {
    if (s.countdown <= 0) return nullptr;
    auto& cpu = static_cast<Cpu&>(*s.env);
    const auto it = cpu.triggers_.find({s.privilege(), s.r[15]});
    if (it != cpu.triggers_.end()) {
        const Trigger& trigger = it->second;
        if (trigger.stops || trigger.stands_in) {
            if (trigger.stops) cpu.stop();
            else cpu.stand_in_->reached(s);
            cpu.kick();
            return nullptr;  // the block will be looked up again when the run goes on
        }
        if (trigger.marker) {
            if (trigger.marker == cpu.stop_marker_) cpu.stop();
            if (cpu.trace_) cpu.trace_->marker(s, nullptr, *trigger.marker, cpu.counts());
            if (cpu.observer_) cpu.observer_->marker(s, *trigger.marker, cpu.counts());
            if (cpu.debugging_) cpu.debugging_->marker(*trigger.marker, op + 1, false);
        }
    }
    return cpu.plain_head()(s, op);
}

isa::Handler Cpu::plain_head() const { return recording_ ? &recorded_head : charging_head(); }

isa::Handler Cpu::charging_head() const {
    return core_ ? &core_head : observer_ ? &block_head<true> : &block_head<false>;
}

/// Runs the branch, then tells the predictor what it did. The op behind it, the block's tail, holds the branch's own
/// handler (aux) and kind (rd).
const Op* Cpu::branch_point(CpuState& s, const Op* op) {
    auto& cpu = static_cast<Cpu&>(*s.env);
    const Op* tail = op + 1;
    const u64 exceptions = cpu.exceptions_;
    const Op* next = cpu.branch_handlers_[tail->aux](s, op);
    if (cpu.exceptions_ != exceptions) return next;  // the load of the PC faulted
    const u32 behind = op->pc + op->len;
    const bool taken = next != tail && s.r[15] != behind;  // threaded handlers have run the tail already
    s.countdown -= cpu.core_->branch(op->pc, static_cast<BranchKind>(tail->rd), taken, s.r[15], behind);
    return next;
}

void Cpu::watch_branch(Op& last, isa::BranchKind kind, Op& tail) {
    tail.rd = static_cast<u8>(kind);
    const auto it = std::find(branch_handlers_.begin(), branch_handlers_.end(), last.fn);
    tail.aux = static_cast<u32>(it - branch_handlers_.begin());
    if (it == branch_handlers_.end()) branch_handlers_.push_back(last.fn);
    last.fn = &branch_point;
}

/// Price the ops of a decoded block and fill in its head.
void Cpu::finish_block(Op* block, std::span<const isa::Decoding> decoded, Block& info) {
    const auto n = static_cast<unsigned>(decoded.size());
    Op& head = block[0];
    Op& tail = block[n + 1];
    head = Op{};
    head.pc = info.key.va;
    head.imm = n;
    head.cost = regions_.find(s_.privilege(), info.key.va);
    head.fn = !triggers_.empty() && triggers_.contains({s_.privilege(), info.key.va}) ? &trigger_head : plain_head();
    tail.pc = info.key.va;
    tail.idx = static_cast<u8>(n);
    head.link = reinterpret_cast<const Op*>(&info);
    if (recording_)
        for (unsigned i = 1; i <= n; ++i)
            if (trace_->every_instruction() || decoded[i - 1].properties.sets != isa::Sets::nothing) watch(block[i]);
    if (!core_) {
        for (unsigned i = 1; i <= n; ++i) head.aux += block[i].cost = config_.pricing.of(block[i]);
        head.aux = std::max(head.aux, u32{1});  // time passes, whatever the prices
        return;
    }
    std::array<Scheduled, 256> scheduled;
    std::array<u16, 256> costs{};
    for (unsigned i = 0; i < n; ++i) scheduled[i] = vtoll::core::scheduled(decoded[i]);
    const BlockPrice price = price_block(core_->profile(), {scheduled.data(), n}, {costs.data(), n});
    for (unsigned i = 0; i < n; ++i) block[i + 1].cost = costs[i];
    head.aux = price.total / BlockPrice::scale;
    head.rd = static_cast<u8>(price.total % BlockPrice::scale);
    if (price.total == 0) head.aux = 1;
    const u32 dependency = std::min((price.total - price.issue) / BlockPrice::scale, head.aux);
    head.rn = static_cast<u8>(dependency);
    head.rm = static_cast<u8>(dependency >> 8);
    const isa::BranchKind kind = decoded[n - 1].properties.branch;
    if (kind != isa::BranchKind::none) watch_branch(block[n], kind, tail);
}

// --- the books' correction in mid-block ------------------------------------------------------------------------------

void Cpu::unwind(const Op* op, bool completed) {
    if (!op) return;
    if (recording_) trace_->interrupted(op, completed);
    wind_back(op, completed);
}

void Cpu::wind_back(const Op* op, bool completed) {
    const Op* head = op - op->idx - 1;
    const u32 done = op->idx + (completed ? 1u : 0u);
    if (done == head->imm) return;
    s_.insns -= head->imm - done;
    const u32 refund = price_from(head, op + (completed ? 1 : 0));
    s_.countdown += refund;
    if (core_) stalls_[static_cast<std::size_t>(Stall::dependency)] -= std::min(refund, dependency_of(head));
}

/// What wind_back(op, false) gave back is charged again.
void Cpu::wind_forward(const Op* op) {
    const Op* head = op - op->idx - 1;
    s_.insns += head->imm - op->idx;
    const u32 price = price_from(head, op);
    s_.countdown -= price;
    if (core_) stalls_[static_cast<std::size_t>(Stall::dependency)] += std::min(price, dependency_of(head));
}

Counts Cpu::counts_at(const Op* op) const {
    const Op* head = op - op->idx - 1;
    return {s_.insns - (head->imm - op->idx - 1), now_at(op)};
}

u64 Cpu::now_at(const Op* op) const { return op ? now() - price_from(op - op->idx - 1, op + 1) : now(); }

}  // namespace vtoll::core
