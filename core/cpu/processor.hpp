// SPDX-License-Identifier: Apache-2.0
// One processor: its parts put together behind CpuIf, and what instructions ask of their environment (isa::Env) handed
// to the part that it concerns. docs/cpu.md has the drawing.
#pragma once

#include "core/cpu/fault_watch.hpp"
#include "core/cpu/hooks/debugging.hpp"
#include "core/cpu/parts.hpp"

namespace vtoll::core {

struct ProcessorConfig {
    unsigned index = 0;
    isa::Features features;
    isa::Identity identity;       ///< what it says it is
    std::vector<u32> pmu_events;  ///< numbers of the events that its performance monitors know
    u32 pmu_instructions = 0x8;   ///< the one of executed instructions
    Pricing pricing = functional_pricing();
    u64 clock_hz = 1'000'000'000;      ///< what a nanosecond of memory latency is worth, core profiles only
    u64 placement = 0;                 ///< of memory in the caches, core profiles only
    std::shared_ptr<Cluster> cluster;  ///< that its core shares with the other processors' cores; core profiles only
    bool alone = true;                 ///< there is no other processor to wait for
    bool use_l0 = true;                ///< off: every access takes the slow path (results must not change)
    bool use_links = true;             ///< off: every block is looked up
    u32 hot = 0;                       ///< times that a block is entered before it is translated to host code; 0: never
};

class Processor final : public CpuIf, private isa::Env {
public:
    Processor(ProcessorConfig config, PhysicalBus& bus, MachineIf& machine);
    ~Processor() override;
    Processor(const Processor&) = delete;
    Processor& operator=(const Processor&) = delete;

    // --- CpuIf
    void start(const CpuStart& start) override;
    StopReason run(u64 until_tick) override;
    u64 now() const override { return clock_.now(); }
    u64 doing_at() const override { return clock_.now_at(memory_.accessing()); }
    u64 instructions() const override { return s_.insns; }
    void advance_to(u64 tick) override;
    void set_lines(const gic::Lines& lines) override;
    void end_run_by(u64 tick) override { clock_.end_turn_by(tick); }
    void set_event() override { s_.event_register = true; }
    void set_instruction_limit(u64 instructions) override { clock_.set_instruction_limit(instructions); }
    isa::CpuState& state() override { return s_; }
    void tlb_maintenance_from_other(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) override;
    void cache_maintenance_from_other(isa::CacheOp op, u32 operand, u64 pa) override;
    bool read_virtual(u32 va, void* bytes, std::size_t size) override { return memory_.read_virtual(va, bytes, size); }
    bool write_virtual(u32 va, const void* bytes, std::size_t size) override {
        return memory_.write_virtual(va, bytes, size);
    }
    void memory_written(u64 pa, u64 size) override { memory_.written_from_outside(pa, size); }
    void others_ran() override { memory_.monitor().clear(); }
    void polled_elsewhere(unsigned by, std::span<const u64> granules, bool devices) override {
        memory_.polled_elsewhere(by, granules, devices);
    }
    void out_of_step(u64 ticks) override { hooks_.out_of_step(ticks); }
    void code_elsewhere(u64 pa) override { memory_.code_elsewhere(pa); }
    bool code_overwritten(u64 pa, u32 bytes) override { return blocks_.written(pa, bytes); }
    void direct_memory_revoked(u64 pa, u64 size) override;
    void serialize(Archive& ar) override;

    const ProcessorConfig& config() const { return config_; }
    Counts counts() const { return clock_.counts(); }
    /// Running totals, on every rung: those without a core model tell devices and exceptions alone.
    const StallTotals& stalls() const { return clock_.stalls(); }

    // --- who listens. Not while running, where nothing else is said
    /// Books are kept by `observer` from now on (nullptr: not at all).
    void set_observer(Observer* observer);
    /// Phases that the observer wants to hear of. Before the first run().
    void set_regions(RegionMap regions) { hooks_.regions = std::move(regions); }
    /// The same of a range, without a say in where blocks end. While running, too.
    void add_region(isa::Privilege level, u32 begin, u32 end, u16 region) {
        executor_.add_region(level, begin, end, region);
    }
    /// `listener` hears of what code calls. Before the first run().
    void set_code_listener(CodeListener* listener) { hooks_.code_listener = listener; }
    /// Call Observer::marker(option) whenever execution reaches `va` at privilege `pl`. Before the first run().
    void add_trigger(isa::Privilege pl, u32 va, unsigned option) { hooks_.triggers.at(pl, va).marker = option; }
    /// run() ends with StopReason::stop_point behind the marker or trigger `option`.
    void stop_at_marker(unsigned option) { hooks_.stop_marker = option; }
    /// The same in front of the instruction at `va`, when it is reached at privilege `pl`.
    void stop_at(isa::Privilege pl, u32 va);
    void clear_stops();
    /// `sink` hears of markers from now on, and of everything else while it records (trace_sink.hpp). Results stay what
    /// they are.
    void set_trace_sink(TraceSink* sink);
    /// From the next block on. While running, too.
    void record(bool on);
    /// From the next instruction on, in the middle of a block that a debugger stopped too: for a sink that hears of
    /// every instruction.
    void record_instructions();
    /// run() returns StopReason::stop_point, as soon as it may. While running.
    void stop() { hooks_.stop(); }
    /// Let `stand_in` take the place of the guest's instructions whenever it wants to (stand_in.hpp).
    void set_stand_in(StandIn* stand_in) { hooks_.stand_in = stand_in; }
    /// The stand-in hears of it whenever execution reaches `va` at PL0. Before the first run().
    void add_stop(u32 va) { hooks_.triggers.at(isa::Privilege::pl0, va).stands_in = true; }
    /// From now on `debugger` may make it stand still (nullptr: nobody).
    void set_debugger(Debugger* debugger);
    Debugging& debugging() { return *hooks_.debugging; }  ///< with a debugger only

    /// The first of the faults that its software is in the middle of.
    std::optional<TakenFault> first_fault() const { return faults_.first(s_.is_hyp()); }
    /// It stands at a branch to itself.
    bool at_branch_to_self();
    /// In the middle of a fault, at such a one that no interrupt will end.
    bool hangs();

    /// Translation of `va` by the tables in memory, past TLBs, caches and books.
    mmu::Walk walk(u32 va, isa::Privilege pl, mmu::AccessType type) const { return memory_.space().walk(va, pl, type); }
    /// Physical address behind `va` by the tables of `level`; no permissions, no TLB, no side effects.
    std::optional<u64> look_up(u32 va, isa::Privilege level) { return memory_.space().look_up(va, level); }

    Parts parts();

private:
    // --- isa::Env
    isa::Loaded load(const isa::Op* op, u32 va, unsigned size) override { return memory_.load(op, va, size); }
    bool store(const isa::Op* op, u32 va, unsigned size, u32 value) override {
        return memory_.store(op, va, size, value);
    }
    isa::Loaded64 load64(const isa::Op* op, u32 va) override { return memory_.load64(op, va); }
    bool store64(const isa::Op* op, u32 va, u64 value) override { return memory_.store64(op, va, value); }
    void mark_exclusive(const isa::Op* op, u32 va, unsigned size) override { memory_.mark_exclusive(op, va, size); }
    isa::Loaded check_exclusive(const isa::Op* op, u32 va, unsigned size) override {
        return memory_.check_exclusive(op, va, size);
    }
    void clear_exclusive() override { memory_.monitor().clear(); }
    void unwind(const isa::Op* op, bool completed) override;
    void exception_taken(const isa::ExceptionTaken&) override;
    void exception_returned(isa::Mode from, isa::Mode to) override;
    void marker(const isa::Op* op, unsigned option) override { hooks_.marker(op, option); }
    void context_changed() override {
        memory_.space().context_changed();
        hooks_.controls_changed();
    }
    void register_accessed(const isa::Op* op, const isa::RegisterAccess& access) override {
        hooks_.register_accessed(op, access);
    }
    void interrupts_changed() override;
    void tlb_maintenance(const isa::Op*, isa::TlbOp, isa::TlbSide, u32 operand, bool broadcast) override;
    void barrier(const isa::Op* op, isa::SystemCost what) override {
        if (core_) clock_.charge(core_->barrier(what, memory_.moment(op)));
    }
    u64 address_translation(isa::AtsOp, u32 va) override;
    void preload(const isa::Op* op, u32 va, isa::Preload what) override { memory_.preload(op, va, what); }
    bool cache_maintenance(const isa::Op* op, isa::CacheOp what, u32 operand) override;
    u64 counter_physical(const isa::Op* op) override { return machine_.counter(clock_.now_at(op)); }
    u64 counter_virtual_offset() override { return machine_.counter_virtual_offset(config_.index); }
    void set_counter_virtual_offset(u64 offset) override;
    u64 timer_read(const isa::Op*, isa::Timer, isa::TimerReg) override;
    void timer_write(const isa::Op*, isa::Timer, isa::TimerReg, u64) override;
    u64 cycle_count(const isa::Op* op) override { return clock_.now_at(op) - slept_; }
    bool counts_event(u32 event) const override;
    u64 event_count(const isa::Op*, u32 event) override;
    void counters_changed() override;
    void wait_for_interrupt() override { wait(Wait::interrupt); }
    void wait_for_event() override { wait(Wait::event); }
    void send_event() override;
    bool firmware_call(const isa::Op*, bool smc) override;
    bool semihosting_call(const isa::Op*) override;

    enum class Wait : u8 { none, interrupt, event };
    void wait(Wait what);
    bool asleep();
    StopReason run_turn();
    bool turn_over() const;
    void run_on();
    /// Overflows of performance counters, and whether they interrupt. Between blocks.
    void look_at_counters();
    void forget();
    bool in_exit() const;
    /// The guest and what runs in its exits may be apart (FreePart::refill): who has the processor now.
    void follow_side() {
        if (!core_ || !core_->exits_apart()) [[likely]]
            return;
        core_->stand(in_exit() ? Side::exit : Side::guest);
        memory_.space().stand(in_exit());
    }

    const ProcessorConfig config_;
    MachineIf& machine_;
    isa::CpuState s_;
    CpuClock clock_;
    std::unique_ptr<CoreModel> core_;  ///< core profiles only
    EventPrices prices_;
    Hooks hooks_;
    BlockCache blocks_;
    MemoryPort memory_;
    std::optional<PollWatch> polls_;  ///< not when alone
    Executor executor_;

    Wait wait_ = Wait::none;
    u64 returns_ = 0;
    u64 slept_ = 0;  ///< ticks of WFI and WFE, in which the clock stands that the performance monitors count
    bool counters_stale_ = false;  ///< look_at_counters() is due
    bool counters_interrupt_ = false;
    u64 counters_due_ = never;  ///< tick at which it is due the next time
    FaultWatch faults_;
};

}  // namespace vtoll::core
