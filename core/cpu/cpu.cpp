// SPDX-License-Identifier: Apache-2.0
// The run loop, and how interrupts and the passing of time get into it.
#include "core/cpu/cpu.hpp"

#include <algorithm>
#include <bit>

#include "core/cpu/table_reader.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::Op;

static_assert(std::endian::native == std::endian::little, "guest memory is shared with the host in its byte order");

namespace {
mmu::MmuConfig mmu_config(const CoreProfile* p) {
    if (!p) return {};
    return {.tlb_entries = p->main_tlb_entries,
            .tlb_ways = p->main_tlb_ways,
            .table_entries = p->walk_cache,
            .stage2_entries = p->ipa_cache};
}
}  // namespace

Cpu::Cpu(CpuConfig config, PhysicalBus& bus, MachineIf& machine)
    : config_(std::move(config)),
      bus_(bus),
      machine_(machine),
      table_reader_(std::make_unique<TableReader>(bus, config_.index)),
      mmu_(*table_reader_, mmu_config(config_.pricing.core.get())) {
    s_.env = this;
    s_.features = config_.features;
    if (config_.pricing.core) connect_core_model();
}

Cpu::~Cpu() = default;

void Cpu::start(const CpuStart& start) {
    isa::reset(s_);
    s_.sys.mpidr = (s_.sys.mpidr & ~u32{0xff}) | config_.index;
    s_.sys.vmpidr = s_.sys.mpidr;
    s_.set_cpsr(static_cast<u32>(start.mode) | isa::psr::A | isa::psr::I | isa::psr::F);
    s_.thumb = start.pc & 1;
    s_.r[15] = start.pc & ~u32{1};
    std::copy(start.args.begin(), start.args.end(), s_.r.begin());
    mmu_.flush_all();
    flush_l0();
    context_changed();
    wait_ = Wait::none;
    exclusive_size_ = 0;
    barren_exceptions_ = 0;
    stuck_ = false;
    s_.attention = true;
}

void Cpu::set_observer(Observer* observer) {
    observer_ = observer;
    blocks_.clear();  // heads are chosen when blocks are decoded
}

/// Make `tick` the moment at which the count-down reaches zero.
void Cpu::set_deadline(u64 tick) {
    const u64 t = now();
    deadline_ = tick;
    s_.countdown = static_cast<s64>(tick - t);
}

void Cpu::advance_to(u64 tick) {
    const u64 t = now();
    if (tick <= t) return;
    if (recording_) trace_->slept(s_, wait_ == Wait::event, tick - t);
    if (observer_) observer_->idled(counts(), tick);
    set_deadline(tick);
    s_.countdown = 0;
}

/// Get out of the running chain of blocks at the next block.
void Cpu::kick() {
    if (s_.countdown > 0) set_deadline(now());
}

void Cpu::end_run_by(u64 tick) {
    until_ = std::min(until_, tick);
    if (tick <= now()) kick();
    else if (tick < deadline_) set_deadline(tick);
}

void Cpu::set_lines(const gic::Lines& lines) {
    s_.line_irq = lines.irq;
    s_.line_fiq = lines.fiq;
    s_.line_virq = lines.virq;
    s_.line_vfiq = lines.vfiq;
    interrupts_changed();
}

void Cpu::interrupts_changed() {
    s_.attention = true;
    if (isa::takeable_interrupt(s_) != isa::ExceptionKind::reset) kick();
}

void Cpu::set_event() { s_.event_register = true; }

StopReason Cpu::run(u64 until_tick) {
    until_ = until_tick;
    set_deadline(until_);
    if (debugging_) debugging_->begin_turn();
    for (;;) {
        if (machine_.stop_requested(config_.index)) return StopReason::halted;
        if (stuck_) return StopReason::fault;
        if (wait_ != Wait::none) {
            const bool woken = isa::wakes_wfi(s_) || (wait_ == Wait::event && s_.event_register);
            if (!woken) return wait_ == Wait::event ? StopReason::waiting_event : StopReason::waiting;
            if (wait_ == Wait::event) s_.event_register = false;
            wait_ = Wait::none;
        }
        if (s_.insns >= instruction_limit_) return StopReason::limit;
        if (now() >= until_) return StopReason::quantum;
        // Kicked for an interrupt, or about to pass the instruction limit: a block takes at least as many ticks as the
        // cheapest price allows, so this comes back in steps until the limit is reached.
        u64 ticks = std::min(until_ - now(), instruction_limit_ - s_.insns);
        if (debugging_) {
            ticks = std::min(ticks, debugging_->ticks_allowed());
            if (ticks == 0) continue;
        }
        set_deadline(now() + ticks);
        if (recording_ != recording_wanted_) apply_recording();
        if (stand_in_ && stand_in_->playing()) stand_in_->play();
        else if (debugging_) debugging_->run_blocks();
        else run_blocks();
        if (stopped_) {
            stopped_ = false;
            return StopReason::stop_point;
        }
    }
}

void Cpu::take_pending_interrupt() {
    if (!s_.attention) return;
    s_.attention = false;
    const isa::ExceptionKind kind = isa::takeable_interrupt(s_);
    if (kind == isa::ExceptionKind::reset) return;
    note_leaving();
    isa::take_interrupt(s_, kind);
    s_.exit_op = nullptr;
}

/// Head of the block at r[15]; nullptr when a prefetch abort was taken instead.
const Op* Cpu::enter_block() {
    const u32 pc = s_.r[15];
    const Op* op = find_block();
    // The last block left by a direct branch that leads here: connect them. A branch that has a link was not the way
    // out, whatever exit_op says.
    if (op && config_.use_links && s_.exit_op && !s_.exit_op->link && s_.exit_op->imm == pc) link(s_.exit_op, op);
    s_.exit_op = nullptr;
    return op;
}

/// Runs blocks until the count-down is used up or something needs the outer loop.
void Cpu::run_blocks() {
    s_.exit_op = nullptr;
    while (s_.countdown > 0 && wait_ == Wait::none) {
        take_pending_interrupt();
        const Op* op = enter_block();
        if (!op) continue;
        do op = op->fn(s_, op);
        while (op);
    }
}

void Cpu::set_debugger(Debugger* debugger) {
    debugging_.reset();  // gives the instructions their handlers back
    if (debugger) debugging_ = std::make_unique<Debugging>(*this, *debugger);
}

}  // namespace vtoll::core
