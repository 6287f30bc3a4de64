// SPDX-License-Identifier: Apache-2.0
// Events that instructions cause: exceptions, maintenance, calls into firmware, time. Rare next to instructions.
#include "core/cpu/processor.hpp"

#include <algorithm>

#include "isa/sysregs/performance.hpp"

namespace vtoll::core {

using isa::Op;

void Processor::unwind(const Op* op, bool completed) {
    if (!op) return;
    hooks_.interrupted(op, completed);
    clock_.wind_back(op, completed);
}

void Processor::exception_taken(const isa::ExceptionTaken& e) {
    executor_.exception_taken();
    const Counts at = counts();
    faults_.taken(s_, e);
    if (faults_.stuck()) clock_.kick();
    const u32 price = prices_.exception_entry(e.to == isa::Mode::hyp);
    hooks_.exception_taken(e, at, price);
    clock_.charge(price);
    if (hooks_.debugging) hooks_.debugging->exception_taken(e);
    memory_.monitor().clear();  // exception entry leaves it in the open state: our choice, §A3.4.4
    follow_side();
}

/// A guest is what stage 2 translates for; what runs without it, a host, works for its guests as Hyp mode does. Without
/// the Virtualization Extensions whatever is at PL1 does, kernel or hypervisor, and the guest is what it runs at PL0.
bool Processor::in_exit() const {
    if (!s_.features.virtualization) return s_.privilege() != isa::Privilege::pl0;
    return s_.is_hyp() || !(s_.sys.hcr & (isa::hcr::VM | isa::hcr::DC)) || (s_.sys.hcr & isa::hcr::TGE);
}

void Processor::exception_returned(isa::Mode from, isa::Mode) {
    ++returns_;
    faults_.returned(s_, from);
    const Counts at = counts();
    const u32 price = prices_.exception_return();
    hooks_.exception_returned(from, at, price);
    clock_.charge(price);
    memory_.monitor().clear();
    follow_side();
    if (hooks_.stand_in && s_.privilege() == isa::Privilege::pl0 && hooks_.stand_in->returned(s_)) clock_.kick();
}

void Processor::send_event() {
    s_.event_register = true;
    machine_.send_event(config_.index);
}

bool Processor::firmware_call(const Op* op, bool smc) {
    hooks_.called(op, TraceSink::Call::firmware);
    unwind(op, true);
    const bool done = machine_.firmware_call(config_.index, s_, smc);
    if (done && machine_.stop_requested(config_.index)) end_run_by(0);
    return done;
}

bool Processor::semihosting_call(const Op* op) {
    hooks_.called(op, TraceSink::Call::semihosting);
    unwind(op, true);
    const bool done = machine_.semihosting_call(config_.index, s_);
    if (done && machine_.stop_requested(config_.index)) end_run_by(0);
    return done;
}

/// What names an address reaches every processor, since their caches are coherent; HCR.FB broadcasts a guest's ICIALLU
/// and BPIALL (§B1.14.4).
bool Processor::cache_maintenance(const Op* op, isa::CacheOp what, u32 operand) {
    using isa::CacheOp;
    u64 pa = 0;
    if (!memory_.cache_maintenance(op, what, operand, pa)) return false;
    const bool coherent = what.by == CacheOp::By::address && what.target != CacheOp::Target::predictor;
    const bool forced = what.by == CacheOp::By::all && !s_.is_hyp() && (s_.sys.hcr & isa::hcr::FB);
    if (coherent || what.broadcast || forced) machine_.broadcast_cache(config_.index, what, operand, pa);
    return true;
}

void Processor::tlb_maintenance(const Op* at, isa::TlbOp op, isa::TlbSide side, u32 operand, bool broadcast) {
    if (core_) core_->tlb_operation(broadcast, memory_.moment(at));
    const u8 vmid = mmu::vmid_of(s_.sys);
    memory_.space().maintain(op, side, operand, vmid);
    if (broadcast) machine_.broadcast_tlb(config_.index, op, side, operand, vmid);
}

u64 Processor::address_translation(isa::AtsOp op, u32 va) {
    if (hooks_.observer) hooks_.observer->address_translated(counts());
    return memory_.space().address_translation(op, va);
}

// --- time: the machine owns counter and timers

void Processor::set_counter_virtual_offset(u64 offset) {
    machine_.set_counter_virtual_offset(config_.index, offset, now());
}
u64 Processor::timer_read(const Op* op, isa::Timer timer, isa::TimerReg reg) {
    return machine_.timer_read(config_.index, timer, reg, clock_.now_at(op));
}
void Processor::timer_write(const Op* op, isa::Timer timer, isa::TimerReg reg, u64 value) {
    machine_.timer_write(config_.index, timer, reg, value, clock_.now_at(op));
}

// --- performance monitor events, ARM DDI 0406C §C12.8.2. The core profiles know what the other rungs don't model.

namespace {
enum Event : u32 {
    l1i_refill = 0x01,
    itlb_refill = 0x02,
    l1d_refill = 0x03,
    dtlb_refill = 0x05,
    exc_taken = 0x09,
    exc_return = 0x0a,
    pc_write = 0x0c,
    br_mis_pred = 0x10,
    cpu_cycles = 0x11,
    br_pred = 0x12,
    l2d_refill = 0x17,
    l2d_write_back = 0x18,
    pc_write_a15 = 0x76,  ///< speculated: of the Cortex-A15, which has no 0x0c
};
}  // namespace

bool Processor::counts_event(u32 event) const {
    if (std::ranges::find(config_.pmu_events, event) == config_.pmu_events.end()) return false;
    if (event == config_.pmu_instructions) return true;
    switch (event) {
    case exc_taken:
    case exc_return:
    case cpu_cycles: return true;
    case l1i_refill:
    case itlb_refill:
    case l1d_refill:
    case dtlb_refill:
    case pc_write:
    case pc_write_a15:
    case br_mis_pred:
    case br_pred:
    case l2d_refill:
    case l2d_write_back: return core_ != nullptr;
    default: return false;
    }
}

u64 Processor::event_count(const Op* op, u32 event) {
    if (event == config_.pmu_instructions) return clock_.completed(op);
    switch (event) {
    case exc_taken: return executor_.exceptions();
    case exc_return: return returns_;
    case cpu_cycles: return cycle_count(op);
    default: break;
    }
    const CoreStatistics& c = core_->statistics();
    switch (event) {
    case l1i_refill: return c.l1i_misses;
    case itlb_refill: return c.micro_tlb_i_misses;
    case l1d_refill: return c.l1d_misses;
    case dtlb_refill: return c.micro_tlb_d_misses;
    case pc_write:
    case pc_write_a15: return core_->predictor().taken();
    case br_mis_pred: return core_->predictor().mispredicts();
    case br_pred: return core_->predictor().branches();
    case l2d_refill: return c.l2_misses;
    default: return c.write_backs;
    }
}

/// In the middle of a block, whose rest has been charged already: looked at behind it.
void Processor::counters_changed() {
    if (!s_.sys.pminten && !counters_interrupt_ && counters_due_ == never) return;
    counters_stale_ = true;
    clock_.kick();
}

void Processor::look_at_counters() {
    counters_stale_ = false;
    const bool interrupts = isa::counters_interrupt(s_);
    if (interrupts != counters_interrupt_) machine_.performance_interrupt(config_.index, interrupts);
    counters_interrupt_ = interrupts;
    const u64 ticks = isa::ticks_to_overflow(s_);
    counters_due_ = ticks == never ? never : now() + std::max(ticks, u64{1});
}

}  // namespace vtoll::core
