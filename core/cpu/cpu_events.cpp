// SPDX-License-Identifier: Apache-2.0
// Events that instructions cause: exceptions, waiting, calls into firmware, time. Rare next to instructions.
#include "core/cpu/cpu.hpp"
#include "core/cpu/table_reader.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::Op;

void Cpu::exception_taken(const isa::ExceptionTaken& e) {
    ++exceptions_;
    const Counts at = counts();
    // A handler that can't even start raises the next exception: more than a few in a row will never end.
    constexpr unsigned most_barren = 64;
    barren_exceptions_ = at.insns == insns_at_exception_ ? barren_exceptions_ + 1 : 0;
    insns_at_exception_ = at.insns;
    if (barren_exceptions_ == most_barren) {
        stuck_ = true;
        kick();
    }
    if (recording_) trace_->exception(s_, e);
    const u32 price = event(e.to == isa::Mode::hyp ? CostEvent::hyp_entry : CostEvent::exception_entry);
    if (observer_) observer_->exception_taken(s_, e, at, price);
    charge(price);
    if (debugging_) debugging_->exception_taken(e);
    exclusive_size_ = 0;  // exception entry leaves the local monitor in the open state: our choice, §A3.4.4
}

void Cpu::exception_returned(isa::Mode from, isa::Mode) {
    ++returns_;
    if (recording_) trace_->returned(s_, from);
    const Counts at = counts();
    const u32 price = event(CostEvent::exception_return);
    if (observer_) observer_->exception_returned(s_, from, at, price);
    charge(price);
    exclusive_size_ = 0;
    if (stand_in_ && s_.privilege() == isa::Privilege::pl0 && stand_in_->returned(s_)) kick();
}

void Cpu::stop_at(isa::Privilege pl, u32 va) {
    triggers_[{pl, va}].stops = true;
    blocks_.clear();  // heads are chosen when blocks are decoded
}

void Cpu::clear_stops() {
    stop_marker_.reset();
    for (auto it = triggers_.begin(); it != triggers_.end(); ++it) it.value().stops = false;
}

void Cpu::marker(const Op* op, unsigned option) {
    if (debugging_) debugging_->marker(option, op, true);
    if (option == stop_marker_) stop();
    if (!observer_ && !trace_) return;
    const Counts at = counts_at(op);
    if (trace_) trace_->marker(s_, op, option, at);
    if (observer_) observer_->marker(s_, option, at);
}

void Cpu::wait_for_interrupt() { wait_ = Wait::interrupt; }

// The instruction has looked at the event register and at the traps.
void Cpu::wait_for_event() { wait_ = Wait::event; }

void Cpu::send_event() {
    s_.event_register = true;
    machine_.send_event(config_.index);
}

bool Cpu::firmware_call(const Op* op, bool smc) {
    if (recording_) trace_->called(s_, op, TraceSink::Call::firmware);
    unwind(op, true);
    const bool done = machine_.firmware_call(config_.index, s_, smc);
    if (done && machine_.stop_requested(config_.index)) end_run_by(0);
    return done;
}

bool Cpu::semihosting_call(const Op* op) {
    if (recording_) trace_->called(s_, op, TraceSink::Call::semihosting);
    unwind(op, true);
    const bool done = machine_.semihosting_call(config_.index, s_);
    if (done && machine_.stop_requested(config_.index)) end_run_by(0);
    return done;
}

// Cache contents are not modelled on these rungs, and decoded code follows memory: maintenance only has to translate.
bool Cpu::cache_maintenance(const Op* op, isa::CacheOp what, u32 operand) {
    if (core_ && what == isa::CacheOp::icache) core_->instruction_cache_maintained();
    if (core_ && what == isa::CacheOp::branch_predictor) core_->branch_maintained();
    if (what != isa::CacheOp::data_line) return true;
    const mmu::Result r = translate(operand, false, s_.privilege());
    if (recording_ && !r.ok) note_access(op, MemoryAccess::Kind::fault, operand, 0, 1, false, 0);
    if (r.ok) {
        if (core_) charge(core_->data_line_maintained(r.pa, true));
        return true;
    }
    isa::Fault fault = r.fault;
    fault.cache_maintenance = true;
    fault.write = true;  // WnR of a cache maintenance fault is 1: §B3.13.6
    return abort(op, fault);
}

// --- time: the machine owns counter and timers
// ------------------------------------------------------------------------

u64 Cpu::counter_physical(const Op* op) { return machine_.counter(now_at(op)); }
u64 Cpu::counter_virtual_offset() { return machine_.counter_virtual_offset(config_.index); }
void Cpu::set_counter_virtual_offset(u64 offset) { machine_.set_counter_virtual_offset(config_.index, offset, now()); }
u64 Cpu::timer_read(const Op* op, isa::Timer timer, isa::TimerReg reg) {
    return machine_.timer_read(config_.index, timer, reg, now_at(op));
}
void Cpu::timer_write(const Op* op, isa::Timer timer, isa::TimerReg reg, u64 value) {
    machine_.timer_write(config_.index, timer, reg, value, now_at(op));
}
u64 Cpu::cycle_count(const Op* op) { return now_at(op); }

// --- performance monitor events, ARM DDI 0406C §C12.8.2. The core profiles know what the other rungs don't model.

namespace {
enum Event : u32 {
    l1i_refill = 0x01,
    itlb_refill = 0x02,
    l1d_refill = 0x03,
    dtlb_refill = 0x05,
    inst_retired = 0x08,
    exc_taken = 0x09,
    exc_return = 0x0a,
    br_mis_pred = 0x10,
    cpu_cycles = 0x11,
    br_pred = 0x12,
    l2d_refill = 0x17,
    l2d_write_back = 0x18,
};
}  // namespace

bool Cpu::counts_event(u32 event) const {
    switch (event) {
    case inst_retired:
    case exc_taken:
    case exc_return:
    case cpu_cycles: return true;
    case l1i_refill:
    case itlb_refill:
    case l1d_refill:
    case dtlb_refill:
    case br_mis_pred:
    case br_pred:
    case l2d_refill:
    case l2d_write_back: return core_ != nullptr;
    default: return false;
    }
}

u64 Cpu::event_count(const Op* op, u32 event) {
    switch (event) {
    case inst_retired: return op ? s_.insns - (op - op->idx - 1)->imm + op->idx : s_.insns;  // completed before `op`
    case exc_taken: return exceptions_;
    case exc_return: return returns_;
    case cpu_cycles: return now_at(op);
    default: break;
    }
    const CoreStatistics& c = core_->statistics();
    switch (event) {
    case l1i_refill: return c.l1i_misses;
    case itlb_refill: return c.micro_tlb_i_misses;
    case l1d_refill: return c.l1d_misses;
    case dtlb_refill: return c.micro_tlb_d_misses;
    case br_mis_pred: return core_->predictor().mispredicts();
    case br_pred: return core_->predictor().branches();
    case l2d_refill: return c.l2_misses;
    default: return c.write_backs;
    }
}

}  // namespace vtoll::core
