// SPDX-License-Identifier: Apache-2.0
// A processor as the machine sees it: turns, sleep, interrupts, listeners.
#include "core/cpu/processor.hpp"

#include "isa/exec/system/exceptions.hpp"
#include "isa/exec/system/interrupts.hpp"
#include "isa/sysregs/performance.hpp"

namespace vtoll::core {

static std::unique_ptr<CoreModel> core_model(const ProcessorConfig& config, CpuClock& clock) {
    if (!config.pricing.core) return nullptr;
    auto core = std::make_unique<CoreModel>(*config.pricing.core, config.clock_hz, clock.stalls(),
                                            Placement(config.placement), config.cluster.get());
    core->count_events(clock.events());
    return core;
}

static std::optional<PollWatch> poll_watch(const ProcessorConfig& config, isa::CpuState& state, MemoryPort& memory,
                                           MachineIf& machine) {
    if (config.alone) return std::nullopt;
    return std::make_optional<PollWatch>(config.index, state, memory, machine);
}

Processor::Processor(ProcessorConfig config, PhysicalBus& bus, MachineIf& machine)
    : config_(std::move(config)),
      machine_(machine),
      clock_(s_, config_.pricing.core != nullptr, config_.pricing.core ? config_.pricing.core->width : 1),
      core_(core_model(config_, clock_)),
      prices_(config_.pricing, core_.get(), clock_.stalls()),
      hooks_(s_, clock_),
      memory_({config_.index, config_.use_l0}, s_, clock_, bus, machine, CodePages(config_.index, blocks_, machine),
              core_.get(), prices_, hooks_),
      polls_(poll_watch(config_, s_, memory_, machine)),
      executor_({config_.pricing, config_.use_links, config_.hot}, s_, clock_, memory_, blocks_, hooks_, core_.get(),
                polls_ ? &*polls_ : nullptr) {
    s_.env = this;
    s_.features = config_.features;
}

Processor::~Processor() = default;

Parts Processor::parts() {
    return {config_.index, s_, clock_, prices_, memory_, executor_, hooks_, machine_, core_.get()};
}

void Processor::start(const CpuStart& start) {
    s_.sys.id = config_.identity;
    isa::reset(s_);
    s_.set_cpsr(static_cast<u32>(start.mode) | isa::psr::A | isa::psr::I | isa::psr::F);
    s_.thumb = start.pc & 1;
    s_.r[15] = start.pc & ~u32{1};
    std::copy(start.args.begin(), start.args.end(), s_.r.begin());
    memory_.space().forget_all();
    memory_.space().context_changed();
    follow_side();
    memory_.monitor().clear();
    if (polls_) polls_->leave();
    wait_ = Wait::none;
    faults_.clear();
    s_.attention = true;
}

StopReason Processor::run(u64 until_tick) {
    clock_.begin_turn(until_tick);
    if (hooks_.debugging) hooks_.debugging->begin_turn();
    const StopReason reason = run_turn();
    if (polls_ && reason == StopReason::quantum) polls_->turn_over();
    if (polls_ && wait_ != Wait::none) polls_->leave();
    // Others may have more to do: a machine of several goes on.
    if (config_.alone && reason == StopReason::quantum && hangs()) return StopReason::fault;
    return reason;
}

bool Processor::hangs() { return faults_.first(s_.is_hyp()) && !isa::may_be_interrupted(s_) && at_branch_to_self(); }

bool Processor::at_branch_to_self() {
    constexpr u32 a32_self = 0xeafffffe, t32_self = 0xbffef7ff;  // B . and B.W .
    constexpr u16 t16_self = 0xe7fe;
    u16 half = 0;
    u32 word = 0;
    if (s_.thumb && read_virtual(s_.r[15], &half, sizeof half) && half == t16_self) return true;
    return read_virtual(s_.r[15], &word, sizeof word) && word == (s_.thumb ? t32_self : a32_self);
}

/// Between a load-exclusive and its store-exclusive a turn goes on for a while: the others' turns would open the
/// monitor, as they may have stored there.
constexpr u64 exclusive_sequence = 32;

bool Processor::turn_over() const {
    const bool holds = polls_ && memory_.monitor().marked() && !polls_->polling();
    return clock_.turn_over(holds ? exclusive_sequence : 0);
}

StopReason Processor::run_turn() {
    for (;;) {
        if (machine_.stop_requested(config_.index)) return StopReason::halted;
        if (faults_.stuck()) return StopReason::fault;
        if (asleep()) return wait_ == Wait::event ? StopReason::waiting_event : StopReason::waiting;
        if (clock_.limit_reached()) return StopReason::limit;
        if (turn_over()) return StopReason::quantum;
        if (counters_stale_ || now() >= counters_due_) look_at_counters();
        u64 ticks = std::min(clock_.ticks_left(exclusive_sequence), counters_due_ - now());
        if (hooks_.debugging) {
            ticks = std::min(ticks, hooks_.debugging->ticks_allowed());
            if (ticks == 0) continue;
        }
        clock_.run_for(ticks);
        run_on();
        if (hooks_.take_stop()) return StopReason::stop_point;
    }
}

/// Until the count-down is used up.
void Processor::run_on() {
    if (hooks_.switch_recording()) {
        s_.exit_op = nullptr;
        memory_.clear_l0();  // hits go unseen
        executor_.attend_all();
        hooks_.sink->switched(s_, hooks_.recording(), counts());
    }
    if (hooks_.stand_in && hooks_.stand_in->playing()) hooks_.stand_in->play();
    else executor_.run();
}

// --- sleep. WFE has looked at the event register, both at the traps

void Processor::wait(Wait what) {
    wait_ = what;
    clock_.kick();
}

bool Processor::asleep() {
    if (wait_ == Wait::none) return false;
    if (!isa::wakes_wfi(s_) && !(wait_ == Wait::event && s_.event_register)) return true;
    if (wait_ == Wait::event) s_.event_register = false;
    wait_ = Wait::none;
    return false;
}

void Processor::advance_to(u64 tick) {
    if (tick <= now()) return;
    hooks_.slept(wait_ == Wait::event, tick);
    slept_ += tick - now();
    counters_stale_ = true;
    clock_.skip_to(tick);
}

void Processor::set_lines(const gic::Lines& lines) {
    s_.line_irq = lines.irq;
    s_.line_fiq = lines.fiq;
    s_.line_virq = lines.virq;
    s_.line_vfiq = lines.vfiq;
    interrupts_changed();
}

void Processor::interrupts_changed() {
    s_.attention = true;
    if (isa::takeable_interrupt(s_) != isa::ExceptionKind::reset) clock_.kick();
}

void Processor::tlb_maintenance_from_other(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) {
    memory_.space().maintain(op, side, operand, vmid);
}

void Processor::cache_maintenance_from_other(isa::CacheOp op, u32 operand, u64 pa) {
    if (core_) core_->maintain_for_other(op, operand, pa, s_.sys.actlr);
}

void Processor::direct_memory_revoked(u64 pa, u64 size) {
    blocks_.drop(pa, size);
    memory_.direct_memory_revoked();
}

// --- listeners

void Processor::set_observer(Observer* observer) {
    hooks_.observer = observer;
    executor_.attend_all();
}

void Processor::set_trace_sink(TraceSink* sink) {
    hooks_.sink = sink;
    if (sink) return;
    hooks_.end_recording();
    executor_.attend_all();
}

void Processor::set_debugger(Debugger* debugger) {
    hooks_.debugging = debugger ? std::make_unique<Debugging>(*this, parts(), *debugger) : nullptr;
    hooks_.set_watching(false);
    executor_.attend_all();
}

void Processor::stop_at(isa::Privilege pl, u32 va) {
    hooks_.triggers.at(pl, va).stops = true;
    executor_.forget_blocks();  // one begins there now
}

void Processor::clear_stops() {
    hooks_.stop_marker.reset();
    hooks_.triggers.clear_stops();
}

void Processor::record(bool on) {
    hooks_.want_recording(on);
    clock_.kick();
}

void Processor::record_instructions() {
    hooks_.record_now();
    memory_.clear_l0();
    executor_.attend_all();
}

// --- a processor's part of a checkpoint: what software can tell. Translations, decoded code and the contents of a core
// model's caches are not in it: a processor may forget them at any time (ARM DDI 0406C §B3.9), so they start empty.

void Processor::serialize(Archive& ar) {
    u64 tick = now();
    isa::detach_counters(s_);
    ar(s_, tick, wait_, memory_.monitor(), faults_);
    if (polls_) memory_.serialize_polls(ar), ar(*polls_);
    if (ar.restoring()) {
        clock_.skip_to(tick);
        forget();
    }
    isa::attach_counters(s_);
    counters_stale_ = true;
}

/// Empties what only remembers, and works out what follows from the registers.
void Processor::forget() {
    executor_.forget_blocks();
    memory_.space().forget_all();
    s_.update_fp_enabled();
    s_.guest_context_stale = false;
    memory_.space().context_changed();
    follow_side();
    s_.region = 0;
    s_.attention = true;
}

}  // namespace vtoll::core
