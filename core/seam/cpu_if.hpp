// SPDX-License-Identifier: Apache-2.0
// The seam between the engine (core/cpu) and the machine around it (core/platform): either side can be tested with a
// fake of the other. Time is in ticks: one cycle of the scenario's clock, and one instruction on the functional rung.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "core/state/archive.hpp"
#include "gic/gic.hpp"
#include "isa/env.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

inline constexpr u64 never = ~u64{0};
/// Bytes, as a power of two, within which a polled location is told from its neighbours: the shortest cache line.
inline constexpr unsigned poll_granule = 5;

enum class StopReason : u8 {
    quantum,        ///< reached `until_tick`, or was asked to come back
    halted,         ///< power-off or semihosting exit: MachineIf said so
    waiting,        ///< WFI: sleeps until a line wakes it
    waiting_event,  ///< WFE: sleeps until an event, a line, or for as long as the machine likes
    limit,          ///< the instruction limit was reached
    stop_point,     ///< reached what it was told to stop at
    fault,          ///< lockup: the processor can't go on (fetch of the vectors fails, endless exception)
};

/// Register values at power-on or CPU_ON. Interrupts and aborts are masked, MMU and caches off.
struct CpuStart {
    u32 pc = 0;                 ///< bit 0 set: Thumb
    std::array<u32, 4> args{};  ///< r0..r3
    isa::Mode mode = isa::Mode::svc;
};

class CpuIf {
public:
    virtual ~CpuIf() = default;

    /// Architectural reset, then `start`. Time goes on from where it is.
    virtual void start(const CpuStart& start) = 0;

    /// Run until `until_tick` (block granularity: may overshoot by one block) or an earlier reason to stop.
    virtual StopReason run(u64 until_tick) = 0;
    virtual u64 now() const = 0;  ///< ticks since the start of the machine, exact in the middle of a run too
    /// In the middle of run(), from within a device access: when the instruction that makes it is done; else now().
    virtual u64 doing_at() const = 0;
    virtual u64 instructions() const = 0;  ///< executed so far
    /// Idle time: the processor slept or was off until `tick` (>= now()).
    virtual void advance_to(u64 tick) = 0;

    /// Interrupt inputs changed. Also called in the middle of run(), from within a device access of this processor.
    virtual void set_lines(const gic::Lines& lines) = 0;
    /// Called in the middle of run(): come back at `tick` at the latest (<= now(): as soon as possible).
    virtual void end_run_by(u64 tick) = 0;
    /// SEV of another processor: sets the event register.
    virtual void set_event() = 0;
    /// TLB maintenance of another processor, Inner Shareable forms. `vmid` is the other's.
    virtual void tlb_maintenance_from_other(isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) = 0;
    virtual void cache_maintenance_from_other(isa::CacheOp op, u32 operand, u64 pa) = 0;
    /// run() returns StopReason::limit when `instructions()` reaches this, at block granularity.
    virtual void set_instruction_limit(u64 instructions) = 0;

    virtual isa::CpuState& state() = 0;
    /// Guest memory through the current translation, without side effects or faults. False: some byte isn't mapped.
    virtual bool read_virtual(u32 va, void* bytes, std::size_t size) = 0;
    virtual bool write_virtual(u32 va, const void* bytes, std::size_t size) = 0;
    /// Memory was written from outside this processor (loader, debugger, firmware): forget what was decoded there.
    virtual void memory_written(u64 pa, u64 size) = 0;
    /// Other processors had turns: what they wrote isn't known, and may be what the exclusive monitor watches.
    virtual void others_ran() = 0;
    /// Processor `by` goes round in a loop that waits for a change of these granules of memory (poll_granule), or, with
    /// `devices`, of a device's register; nothing: it does no longer. A store there is for MachineIf::reached() first.
    virtual void polled_elsewhere(unsigned by, std::span<const u64> granules, bool devices) = 0;
    /// What passed between this processor and another one just now came `ticks` later than it was done: one of them
    /// had run further ahead of the other.
    virtual void out_of_step(u64 ticks) = 0;
    /// Another processor holds code decoded from this page: stores to it are for MachineIf::code_written().
    virtual void code_elsewhere(u64 pa) = 0;
    /// Another processor wrote to [pa, pa+bytes), within a page: forget what was decoded there. True: nothing decoded
    /// from that page is left.
    virtual bool code_overwritten(u64 pa, u32 bytes) = 0;
    /// [pa, pa+size) is no longer plain memory: forget host pointers into it and what was decoded from it. Also called
    /// in the middle of run(), from within a device access of this processor.
    virtual void direct_memory_revoked(u64 pa, u64 size) = 0;

    /// Between runs. After restoring, the processor is as it was but for its caches of every kind, which are empty.
    virtual void serialize(Archive& ar) = 0;
};

/// What the engine asks of the machine besides memory. `cpu` is the caller, `tick` its now().
class MachineIf {
public:
    virtual ~MachineIf() = default;

    virtual u64 counter(u64 tick) = 0;  ///< CNTPCT
    virtual u64 counter_virtual_offset(unsigned cpu) = 0;
    virtual void set_counter_virtual_offset(unsigned cpu, u64 offset, u64 tick) = 0;
    /// May call the processor's set_lines() and end_run_by().
    virtual u64 timer_read(unsigned cpu, isa::Timer timer, isa::TimerReg reg, u64 tick) = 0;
    virtual void timer_write(unsigned cpu, isa::Timer timer, isa::TimerReg reg, u64 value, u64 tick) = 0;

    /// The performance monitors' interrupt (PMUIRQ) rises or falls.
    virtual void performance_interrupt(unsigned cpu, bool level) = 0;

    virtual void send_event(unsigned cpu) = 0;  ///< SEV: to every other processor
    /// TLB maintenance of the Inner Shareable domain, for the caller's VMID: to every other processor.
    virtual void broadcast_tlb(unsigned cpu, isa::TlbOp op, isa::TlbSide side, u32 operand, u8 vmid) = 0;
    /// The same of caches and predictors. `pa`: of the operand, 0 when it maps nothing.
    virtual void broadcast_cache(unsigned cpu, isa::CacheOp op, u32 operand, u64 pa) = 0;
    /// The caller goes round in a loop that changes nothing and waits for others: see CpuIf::polled_elsewhere(). It is
    /// not to run ahead of them. May call end_run_by(). Again with `waits` false when it has left the loop.
    virtual void polls(unsigned cpu, bool waits, std::span<const u64> granules, bool devices) = 0;
    /// Have the processors of the set `pollers` come to `tick`? False: the caller's turn is over, and what it was about
    /// to do is to be tried again in its next one.
    virtual bool reached(unsigned cpu, u32 pollers, u64 tick) = 0;
    /// The caller holds code decoded from this page from now on.
    virtual void code_decoded(unsigned cpu, u64 pa) = 0;
    /// The caller wrote to [pa, pa+bytes) of such a page. True: no other processor holds code of it any longer.
    virtual bool code_written(unsigned cpu, u64 pa, u32 bytes) = 0;

    /// SMC or HVC that may be a firmware (PSCI) call: reads and writes r0..r3. False: not the conduit, or no firmware.
    /// A call that powers the processor or the machine off makes it end the run: check stop_requested() after it.
    virtual bool firmware_call(unsigned cpu, isa::CpuState& state, bool smc) = 0;
    /// r0 operation, r1 parameter block; result in r0. False: semihosting is off.
    virtual bool semihosting_call(unsigned cpu, isa::CpuState& state) = 0;
    /// True: return StopReason::halted from run() now.
    virtual bool stop_requested(unsigned cpu) = 0;
};

}  // namespace vtoll::core
