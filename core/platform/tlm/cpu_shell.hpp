// SPDX-License-Identifier: Apache-2.0
// A processor under the kernel: runs the engine in quanta and sleeps the time they took.
#pragma once

#include <systemc>

#include "core/seam/cpu_if.hpp"

namespace vtoll::core {

/// What a shell asks of the machine between quanta.
class CpuSchedule {
public:
    virtual ~CpuSchedule() = default;
    virtual bool finished() const = 0;
    /// Brings everything that depends on time up to `tick` before `cpu` runs, and says until when it may run.
    virtual u64 prepare(unsigned cpu, u64 tick) = 0;
    /// The tick at which something wakes a sleeping `cpu`, `never` if time alone won't.
    virtual u64 wake_up(unsigned cpu, u64 tick, bool for_event) = 0;
    /// The engine can't go on or isn't allowed to.
    virtual void stopped(unsigned cpu, StopReason reason) = 0;
    virtual u64 picoseconds(u64 tick) const = 0;
};

class CpuShell : public sc_core::sc_module {
public:
    CpuShell(const sc_core::sc_module_name& name, unsigned index, CpuSchedule& schedule);

    void set_cpu(CpuIf& cpu) { cpu_ = &cpu; }
    CpuIf& cpu() { return *cpu_; }

    bool powered() const { return powered_; }
    void power_on(const CpuStart& start, u64 tick);
    void power_off() { powered_ = false; }
    bool asleep() const { return asleep_; }
    bool asleep_for_event() const { return asleep_ && for_event_; }
    u64 turn_tick() const { return turn_tick_; }  ///< when its next turn begins, or the one that goes on began

    /// Wakes the processor when it sleeps; `tick` is the waker's now.
    void wake(u64 tick);

    void serialize(Archive& ar);
    void resume();  ///< after restoring

private:
    // A method rather than a thread: the engine gets the process's own stack, which debuggers and sanitizers know, and
    // a quantum costs no context switch. Targets never wait.
    void step();
    void sleep_until(u64 tick);
    void take_turn_at(u64 tick);
    sc_core::sc_time instant(u64 tick) const;

    unsigned index_;
    CpuSchedule& schedule_;
    CpuIf* cpu_ = nullptr;
    bool powered_ = false;
    bool asleep_ = false;
    bool for_event_ = false;  ///< asleep by WFE
    u64 wake_tick_ = 0;       ///< time goes on at least from here
    u64 turn_tick_ = never;   ///< of the next turn, or of the one that goes on
    sc_core::sc_event turn_;
};

}  // namespace vtoll::core
