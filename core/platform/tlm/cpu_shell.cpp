// SPDX-License-Identifier: Apache-2.0
#include "core/platform/tlm/cpu_shell.hpp"

#include <algorithm>

namespace vtoll::core {

CpuShell::CpuShell(const sc_core::sc_module_name& name, unsigned index, CpuSchedule& schedule)
    : sc_module(name), index_(index), schedule_(schedule) {
    SC_HAS_PROCESS(CpuShell);
    SC_METHOD(step);
    sensitive << turn_;
    dont_initialize();
}

/// Every processor has an instant of its own within a picosecond: the kernel counts eighths. So no two take their turns
/// at once, and who comes first depends on the ticks alone, never on the history of the kernel's queues.
sc_core::sc_time CpuShell::instant(u64 tick) const {
    static_assert(gic::max_cpus <= 8);
    return sc_core::sc_time::from_value(schedule_.picoseconds(tick) * 8 + index_);
}

/// The earliest of the ticks asked for counts. When its instant has passed: the next one.
void CpuShell::take_turn_at(u64 tick) {
    constexpr u64 last_instant = ~u64{0} / 8;  // 26 days on: nobody will wait
    if (tick >= turn_tick_ || schedule_.picoseconds(tick) >= last_instant) return;
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    while (instant(tick) < now) ++tick;
    turn_tick_ = tick;
    turn_.cancel();
    turn_.notify(instant(tick) - now);
}

void CpuShell::power_on(const CpuStart& start, u64 tick) {
    cpu_->advance_to(std::max(tick, cpu_->now()));
    cpu_->start(start);
    powered_ = true;
    asleep_ = false;
    turn_tick_ = never;
    take_turn_at(tick);
}

void CpuShell::wake(u64 tick) {
    if (!powered_ || !asleep_) return;
    wake_tick_ = std::max(cpu_->now(), std::min(wake_tick_, tick));
    take_turn_at(tick);
}

void CpuShell::sleep_until(u64 tick) {
    asleep_ = true;
    wake_tick_ = tick;
    take_turn_at(tick);
}

void CpuShell::step() {
    if (!powered_ || schedule_.finished()) return;
    if (asleep_) {
        asleep_ = false;
        cpu_->advance_to(std::max(wake_tick_, cpu_->now()));
        if (for_event_) cpu_->set_event();  // the machine's bound on WFE is an event like any other
    }
    const u64 end = schedule_.prepare(index_, cpu_->now());
    if (schedule_.finished()) return;
    const StopReason reason = cpu_->run(end);
    switch (reason) {
    case StopReason::quantum:
        turn_tick_ = never;
        take_turn_at(cpu_->now());
        break;
    case StopReason::waiting:
    case StopReason::waiting_event:
        turn_tick_ = never;
        for_event_ = reason == StopReason::waiting_event;
        sleep_until(schedule_.wake_up(index_, cpu_->now(), for_event_));
        break;
    default: schedule_.stopped(index_, reason); break;  // in the middle of a turn, which a restored machine finishes
    }
}

void CpuShell::serialize(Archive& ar) { ar(powered_, asleep_, for_event_, wake_tick_, turn_tick_); }

void CpuShell::resume() {
    const u64 tick = turn_tick_;
    turn_.cancel();
    turn_tick_ = never;
    take_turn_at(tick);
}

}  // namespace vtoll::core
