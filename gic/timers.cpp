// SPDX-License-Identifier: Apache-2.0
#include "gic/timers.hpp"

#include <algorithm>

namespace vtoll::gic {

namespace {

constexpr std::array<TimerId, timer_count> all_timers{TimerId::physical, TimerId::virt, TimerId::hyp};
constexpr std::array<unsigned, timer_count> interrupt_of{intid::physical_timer, intid::virtual_timer, intid::hyp_timer};

/// `count` moved on by `ticks`; a count that doesn't fit is never reached.
u64 later(u64 count, u64 ticks) { return ticks > never - count ? never : count + ticks; }

}  // namespace

u64 EventStream::next(u64 counter) const {
    if (!enabled) return never;
    const u64 half = u64{1} << bit;
    const u64 period = half * 2;
    const u64 target = falling ? 0 : half;
    return later(counter, ((target - counter - 1) & (period - 1)) + 1);
}

void Timers::set_cval(unsigned cpu, TimerId id, u64 value, u64 count) {
    timer(cpu, id).cval = value;
    drive(cpu, id, count);
}

/// TimerValue is a signed 32-bit view of the distance to CompareValue, ARM DDI 0406C §B8.1.5.
u32 Timers::tval(unsigned cpu, TimerId id, u64 count) const {
    return static_cast<u32>(timer(cpu, id).cval - seen(cpu, id, count));
}

void Timers::set_tval(unsigned cpu, TimerId id, u32 value, u64 count) {
    const auto distance = static_cast<s64>(static_cast<s32>(value));
    set_cval(cpu, id, seen(cpu, id, count) + static_cast<u64>(distance), count);
}

/// ISTATUS of a disabled timer is UNKNOWN; it reads as zero.
u32 Timers::ctl(unsigned cpu, TimerId id, u64 count) const {
    const u32 stored = timer(cpu, id).ctl;
    const bool met = (stored & timer_control::enable) && condition(cpu, id, count);
    return stored | (met ? timer_control::istatus : 0);
}

void Timers::set_ctl(unsigned cpu, TimerId id, u32 value, u64 count) {
    timer(cpu, id).ctl = value & (timer_control::enable | timer_control::imask);
    drive(cpu, id, count);
}

void Timers::set_cntvoff(unsigned cpu, u64 value, u64 count) {
    state_[cpu].cntvoff = value;
    drive(cpu, TimerId::virt, count);
}

bool Timers::output(unsigned cpu, TimerId id, u64 count) const {
    const u32 control = timer(cpu, id).ctl & (timer_control::enable | timer_control::imask);
    return control == timer_control::enable && condition(cpu, id, count);
}

void Timers::drive(unsigned cpu, TimerId id, u64 count) {
    gic_.set_ppi(cpu, interrupt_of[static_cast<unsigned>(id)] - sgi_count, output(cpu, id, count));
}

void Timers::update(u64 count) {
    for (unsigned cpu = 0; cpu < gic_.config().cpus; ++cpu) update(cpu, count);
}

void Timers::update(unsigned cpu, u64 count) {
    for (TimerId id : all_timers) drive(cpu, id, count);
}

u64 Timers::next_deadline(u64 count) const {
    u64 earliest = never;
    for (unsigned cpu = 0; cpu < gic_.config().cpus; ++cpu) earliest = std::min(earliest, next_deadline(cpu, count));
    return earliest;
}

u64 Timers::next_deadline(unsigned cpu, u64 count) const {
    u64 earliest = never;
    for (TimerId id : all_timers) {
        const TimerState& timer = this->timer(cpu, id);
        if ((timer.ctl & (timer_control::enable | timer_control::imask)) != timer_control::enable) continue;
        const u64 now = seen(cpu, id, count);
        // The comparison is unsigned, so a condition that is met ends when the count wraps: an offset
        // greater than the physical count brings that within reach.
        if (now < timer.cval) {
            earliest = std::min(earliest, later(count, timer.cval - now));
        } else if (timer.cval != 0 && now != 0) {
            earliest = std::min(earliest, later(count, u64{0} - now));
        }
    }
    return earliest;
}

}  // namespace vtoll::gic
