// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/cpu_shell.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

sc_core::sc_time until(u64 picoseconds) {
    const sc_core::sc_time target = sc_core::sc_time::from_value(picoseconds);  // the kernel's resolution is 1 ps
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    return target > now ? target - now : sc_core::SC_ZERO_TIME;
}

}  // namespace

CpuShell::CpuShell(const sc_core::sc_module_name& name, unsigned index, CpuSchedule& schedule)
    : sc_module(name), index_(index), schedule_(schedule) {
    SC_HAS_PROCESS(CpuShell);
    SC_METHOD(step);
    sensitive << wake_event_;
}

void CpuShell::power_on(const CpuStart& start, u64 tick) {
    cpu_->advance_to(std::max(tick, cpu_->now()));
    cpu_->start(start);
    powered_ = true;
    wake(tick);
}

void CpuShell::wake(u64 tick) {
    if (asleep_) wake_tick_ = std::max(cpu_->now(), std::min(wake_tick_, tick));
    wake_event_.notify(until(schedule_.picoseconds(tick)));
}

void CpuShell::sleep_until(u64 tick) {
    asleep_ = true;
    wake_tick_ = tick;
    // Sensitivity to the wake event is static; a timeout is added when time alone will wake the processor.
    if (tick == never)
        next_trigger(wake_event_);
    else
        next_trigger(until(schedule_.picoseconds(tick)), wake_event_);
}

void CpuShell::step() {
    if (!powered_ || schedule_.finished()) {
        next_trigger(wake_event_);
        return;
    }
    if (asleep_) {
        if (sc_core::sc_time_stamp() < sc_core::sc_time::from_value(schedule_.picoseconds(wake_tick_))) {
            sleep_until(wake_tick_);  // an event left over from an earlier sleep
            return;
        }
        asleep_ = false;
        cpu_->advance_to(std::max(wake_tick_, cpu_->now()));
        if (for_event_) cpu_->set_event();  // the machine's bound on WFE is an event like any other
    }
    const u64 end = schedule_.prepare(index_, cpu_->now());
    if (schedule_.finished()) return;
    const StopReason reason = cpu_->run(end);
    switch (reason) {
    case StopReason::quantum: next_trigger(until(schedule_.picoseconds(cpu_->now()))); break;
    case StopReason::waiting:
    case StopReason::waiting_event:
        for_event_ = reason == StopReason::waiting_event;
        sleep_until(schedule_.wake_up(index_, cpu_->now(), for_event_));
        break;
    default:
        schedule_.stopped(index_, reason);
        next_trigger(wake_event_);
        break;
    }
}

}  // namespace vtoll::core
