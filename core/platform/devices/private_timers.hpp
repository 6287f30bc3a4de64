// SPDX-License-Identifier: Apache-2.0
// Timers of a cluster of Cortex-A9s (ARM DDI 0407 chapter 4): of each processor a private timer, a watchdog, and a
// comparator for the global timer, which all share. They count PERIPHCLK. Nothing runs by itself: a count is worked out
// when somebody looks.
#pragma once

#include <array>
#include <functional>

#include "core/platform/register_bank.hpp"
#include "core/seam/clock.hpp"
#include "gic/gic.hpp"

namespace vtoll::core {

inline constexpr u64 periphclk_hz = 100'000'000;  ///< whatever the processors' clock, as that of the generic timers is

/// Bits of the control registers that all of these timers have.
namespace periph_timer {
inline constexpr u32 enable = 1, prescaler = 0xff00;
inline u64 step(u32 control) { return u64{1} + (control >> 8 & 0xff); }
}  // namespace periph_timer

/// The private timer, and the watchdog, which is one until it is told to be a watchdog (§4.1.2). `now` counts
/// PERIPHCLK.
class DownCounter {
public:
    u32 load = 0, control = 0;
    bool event = false;  ///< the event flag: it came to zero

    u32 count() const { return count_; }  ///< as of the last settle()
    void set_count(u32 value, u64 now);
    void set_control(u32 value, u64 now);
    bool settle(u64 now);   ///< it has come to zero
    u64 next_zero() const;  ///< after settle(); `never` while it stands

    template <class Ar>
    void serialize(Ar& ar) {
        ar(load, control, event, count_, since_);
    }

private:
    u32 count_ = 0;
    u64 since_ = 0;  ///< when it had this count
};

class PrivateTimers {
public:
    struct Machine {
        gic::Gic& gic;
        std::function<u64()> nanoseconds;
        std::function<void()> alarm_moved, wake_others, reset;
    };
    explicit PrivateTimers(Machine machine) : m_(std::move(machine)) {}

    // From PERIPHBASE + 0x200, and from PERIPHBASE + 0x600.
    u32 read_global(const Access& access) { return read(global_registers(), access); }
    u32 read_private(const Access& access) { return read(private_registers(), access); }
    void write_global(const Access& access, u32 value) { write(global_registers(), access, value); }
    void write_private(const Access& access, u32 value) { write(private_registers(), access, value); }

    u64 alarm(unsigned cpu) const;
    void update(unsigned cpu, u64 nanoseconds);

    /// The outputs are not in here: they are input lines of the controller, and saved with it.
    template <class Ar>
    void serialize(Ar& ar) {
        ar(value_, since_, control_);
        for (Of& each : of_) ar(each);
    }

private:
    using Bank = RegisterBank<PrivateTimers>;
    struct Of {
        DownCounter timer, watchdog;
        bool watchdog_has_reset = false, disabling = false;
        // The global timer as this processor sees it.
        u32 control = 0, increment = 0;
        u64 compare = 0;
        bool event = false;

        template <class Ar>
        void serialize(Ar& ar) {
            ar(timer, watchdog, watchdog_has_reset, disabling, control, increment, compare, event);
        }
    };

    static const Bank& global_registers();
    static const Bank& private_registers();
    u32 read(const Bank& bank, const Access& access);
    void write(const Bank& bank, const Access& access, u32 value);

    // Registers of the global timer, §4.4.
    template <unsigned half>
    u32 global_count(const Access& access);
    template <unsigned half>
    void set_global_count(const Access& access, u32 value);
    u32 global_control(const Access& access) { return control_ | of_[access.cpu].control; }
    void set_global_control(const Access& access, u32 value);
    u32 global_event(const Access& access) { return of_[access.cpu].event; }
    void clear_global_event(const Access& access, u32 value);
    template <unsigned half>
    u32 compare(const Access& access);
    template <unsigned half>
    void set_compare(const Access& access, u32 value);
    u32 increment(const Access& access) { return of_[access.cpu].increment; }
    void set_increment(const Access& access, u32 value) { of_[access.cpu].increment = value; }

    // Registers that the private timer and the watchdog both have, §4.2.
    template <DownCounter Of::*which>
    static std::array<Bank::Register, 4> counter_registers(u32 first);
    template <DownCounter Of::*which>
    u32 load(const Access& access);
    template <DownCounter Of::*which>
    void set_load(const Access& access, u32 value);
    template <DownCounter Of::*which>
    u32 count(const Access& access);
    template <DownCounter Of::*which>
    void set_count(const Access& access, u32 value);
    template <DownCounter Of::*which>
    u32 control(const Access& access);
    template <DownCounter Of::*which>
    void set_control(const Access& access, u32 value);
    template <DownCounter Of::*which>
    u32 event(const Access& access);
    template <DownCounter Of::*which>
    void clear_event(const Access& access, u32 value);
    u32 watchdog_has_reset(const Access& access) { return of_[access.cpu].watchdog_has_reset; }
    void clear_watchdog_reset(const Access& access, u32 value);
    void disable_watchdog(const Access& access, u32 value);

    u64 now() const { return clock_.counter(m_.nanoseconds()); }
    u64 global_value(u64 now) const;
    u64 next_match(const Of& of) const;
    void settle(unsigned cpu, u64 now);
    void drive(unsigned cpu);

    Machine m_;
    Clock clock_{1'000'000'000, periphclk_hz};
    bool looking_ = false;  ///< a debugger's look, on a copy

    u64 value_ = 0, since_ = 0;  ///< the global timer's count, and when it had it
    u32 control_ = 0;            ///< what all processors share of its control register
    std::array<Of, gic::max_cpus> of_{};
};

}  // namespace vtoll::core
