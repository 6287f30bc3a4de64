// SPDX-License-Identifier: Apache-2.0
// The Generic Timers of ARM DDI 0406C §B8: per processor a physical, a virtual and a Hyp timer. The count is passed
// in; nothing here advances by itself. CNTKCTL, CNTHCTL and CNTFRQ are plain registers kept with the other system
// registers; `EventStream` says what their event bits mean.
#pragma once

#include "gic/gic.hpp"

#include <array>

namespace vtoll::gic {

inline constexpr u64 never = ~u64{0};
inline constexpr u32 default_frequency = 62'500'000;

enum class TimerId : u8 { physical, virt, hyp };
inline constexpr unsigned timer_count = 3;

/// CNTx_CTL, ARM DDI 0406C §B4.1.26.
namespace timer_control {
inline constexpr u32 enable = 1u << 0;
inline constexpr u32 imask = 1u << 1;
inline constexpr u32 istatus = 1u << 2;
}  // namespace timer_control

struct TimerState {
    u64 cval = 0;
    u32 ctl = 0;  ///< ENABLE and IMASK; ISTATUS follows from the count

    template <class Ar>
    void serialize(Ar& ar) {
        ar(cval, ctl);
    }
};

struct ProcessorTimersState {
    u64 cntvoff = 0;
    std::array<TimerState, timer_count> timer{};

    template <class Ar>
    void serialize(Ar& ar) {
        ar(cntvoff);
        for (TimerState& each : timer) ar(each);
    }
};

/// Event stream bits of CNTKCTL (virtual counter) and CNTHCTL (physical counter), ARM DDI 0406C §B8.1.4.
struct EventStream {
    bool enabled = false;
    bool falling = false;  ///< EVNTDIR: the event is the bit's change to 0
    unsigned bit = 0;      ///< EVNTI

    static EventStream decode(u32 control) {
        return {.enabled = (control >> 2 & 1) != 0, .falling = (control >> 3 & 1) != 0, .bit = control >> 4 & 15};
    }
    /// First value of the counter after `counter` that makes an event; `never` when the stream is off.
    u64 next(u64 counter) const;
};

class Timers {
public:
    /// Drives the timer PPIs of `gic`, for as many processors as it has.
    explicit Timers(Gic& gic) : gic_(gic) {}

    // `count` is the physical count now. Every setter brings the outputs up to date with it.
    u64 cval(unsigned cpu, TimerId id) const { return timer(cpu, id).cval; }
    void set_cval(unsigned cpu, TimerId id, u64 value, u64 count);
    u32 tval(unsigned cpu, TimerId id, u64 count) const;
    void set_tval(unsigned cpu, TimerId id, u32 value, u64 count);
    u32 ctl(unsigned cpu, TimerId id, u64 count) const;
    void set_ctl(unsigned cpu, TimerId id, u32 value, u64 count);
    u64 cntvoff(unsigned cpu) const { return state_[cpu].cntvoff; }
    void set_cntvoff(unsigned cpu, u64 value, u64 count);
    u64 virtual_count(unsigned cpu, u64 count) const { return count - state_[cpu].cntvoff; }

    bool output(unsigned cpu, TimerId id, u64 count) const;
    void update(u64 count);
    /// One processor's timers: within a quantum, processors are at different counts.
    void update(unsigned cpu, u64 count);

    /// The earliest physical count after `count` at which an output changes, `never` if none does.
    u64 next_deadline(u64 count) const;
    u64 next_deadline(unsigned cpu, u64 count) const;

    /// The outputs are not in here: they are input lines of the controller, and saved with it.
    template <class Ar>
    void serialize(Ar& ar) {
        for (ProcessorTimersState& each : state_) ar(each);
    }

private:
    const TimerState& timer(unsigned cpu, TimerId id) const { return state_[cpu].timer[static_cast<unsigned>(id)]; }
    TimerState& timer(unsigned cpu, TimerId id) { return state_[cpu].timer[static_cast<unsigned>(id)]; }
    /// The count as this timer's comparator sees it.
    u64 seen(unsigned cpu, TimerId id, u64 count) const {
        return id == TimerId::virt ? virtual_count(cpu, count) : count;
    }
    bool condition(unsigned cpu, TimerId id, u64 count) const { return seen(cpu, id, count) >= timer(cpu, id).cval; }
    void drive(unsigned cpu, TimerId id, u64 count);

    Gic& gic_;
    std::array<ProcessorTimersState, max_cpus> state_{};
};

}  // namespace vtoll::gic
