// SPDX-License-Identifier: Apache-2.0
#include "core/platform/devices/private_timers.hpp"

#include <algorithm>

namespace vtoll::core {

namespace {

using periph_timer::enable;
using periph_timer::prescaler;
using periph_timer::step;

// Private timer and watchdog, §4.2.
constexpr u32 auto_reload = 2, interrupts = 4, watchdog_mode = 8;
// Global timer, §4.4.
constexpr u32 compares = 2, auto_increment = 8;
constexpr u32 first_disable_word = 0x1234'5678, second_disable_word = 0x8765'4321;

/// §1.5: private peripheral interrupts of the cluster.
constexpr unsigned global_ppi = 27 - 16, timer_ppi = 29 - 16, watchdog_ppi = 30 - 16;

u64 later(u64 base, u64 steps, u64 length) { return steps > (never - base) / length ? never : base + steps * length; }

}  // namespace

void DownCounter::set_count(u32 value, u64 now) {
    count_ = value;
    since_ = now;
}

/// The prescaler starts anew.
void DownCounter::set_control(u32 value, u64 now) {
    control = value;
    since_ = now;
}

/// A step behind zero it has the load value again, if it reloads; else it stays at zero.
bool DownCounter::settle(u64 now) {
    if (!(control & enable) || now <= since_) return false;
    u64 steps = (now - since_) / step(control);
    since_ += steps * step(control);
    if (steps < count_) {
        count_ -= static_cast<u32>(steps);
        return false;
    }
    bool zero = count_ != 0;
    steps -= count_;
    count_ = 0;
    if (steps != 0 && control & auto_reload) {
        const u64 period = u64{load} + 1;
        zero |= steps >= period;
        count_ = static_cast<u32>(load - (steps - 1) % period);
    }
    event |= zero;
    return zero;
}

u64 DownCounter::next_zero() const {
    if (!(control & enable)) return never;
    if (count_ != 0) return later(since_, count_, step(control));
    return control & auto_reload ? later(since_, u64{load} + 1, step(control)) : never;
}

// --- registers

template <DownCounter PrivateTimers::Of::*which>
u32 PrivateTimers::load(const Access& access) {
    return (of_[access.cpu].*which).load;
}
template <DownCounter PrivateTimers::Of::*which>
void PrivateTimers::set_load(const Access& access, u32 value) {
    DownCounter& counter = of_[access.cpu].*which;
    counter.load = value;
    counter.set_count(value, now());
}
template <DownCounter PrivateTimers::Of::*which>
u32 PrivateTimers::count(const Access& access) {
    return (of_[access.cpu].*which).count();
}
/// A watchdog can't be put off this way, only by its load register.
template <DownCounter PrivateTimers::Of::*which>
void PrivateTimers::set_count(const Access& access, u32 value) {
    DownCounter& counter = of_[access.cpu].*which;
    if (!(counter.control & watchdog_mode)) counter.set_count(value, now());
}
template <DownCounter PrivateTimers::Of::*which>
u32 PrivateTimers::control(const Access& access) {
    return (of_[access.cpu].*which).control;
}
/// To be a watchdog can be asked for here, but not taken back.
template <DownCounter PrivateTimers::Of::*which>
void PrivateTimers::set_control(const Access& access, u32 value) {
    DownCounter& counter = of_[access.cpu].*which;
    constexpr bool is_watchdog = which == &Of::watchdog;
    constexpr u32 writable = prescaler | interrupts | auto_reload | enable | (is_watchdog ? watchdog_mode : 0);
    counter.set_control((value & writable) | (counter.control & watchdog_mode), now());
}
template <DownCounter PrivateTimers::Of::*which>
u32 PrivateTimers::event(const Access& access) {
    return (of_[access.cpu].*which).event;
}
template <DownCounter PrivateTimers::Of::*which>
void PrivateTimers::clear_event(const Access& access, u32 value) {
    if (value & 1) (of_[access.cpu].*which).event = false;
}

void PrivateTimers::clear_watchdog_reset(const Access& access, u32 value) {
    if (value & 1) of_[access.cpu].watchdog_has_reset = false;
}

void PrivateTimers::disable_watchdog(const Access& access, u32 value) {
    Of& of = of_[access.cpu];
    if (of.disabling && value == second_disable_word)
        of.watchdog.set_control(of.watchdog.control & ~watchdog_mode, now());
    of.disabling = value == first_disable_word;
}

template <DownCounter PrivateTimers::Of::*which>
std::array<PrivateTimers::Bank::Register, 4> PrivateTimers::counter_registers(u32 first) {
    using T = PrivateTimers;
    return {
        Bank::read_only<&T::load<which>>("Load", first).template written<&T::set_load<which>>(),
        Bank::read_only<&T::count<which>>("Counter", first + 0x4).template written<&T::set_count<which>>(),
        Bank::read_only<&T::control<which>>("Control", first + 0x8).template written<&T::set_control<which>>(),
        Bank::read_only<&T::event<which>>("Interrupt Status", first + 0xc).template written<&T::clear_event<which>>()};
}

const PrivateTimers::Bank& PrivateTimers::private_registers() {
    using T = PrivateTimers;
    static const auto timer = counter_registers<&Of::timer>(0x00), watchdog = counter_registers<&Of::watchdog>(0x20);
    static const Bank bank{
        timer[0],
        timer[1],
        timer[2],
        timer[3],
        watchdog[0],
        watchdog[1],
        watchdog[2],
        watchdog[3],
        Bank::read_only<&T::watchdog_has_reset>("Watchdog Reset Status", 0x30).written<&T::clear_watchdog_reset>(),
        Bank::write_only<&T::disable_watchdog>("Watchdog Disable", 0x34),
    };
    return bank;
}

template <unsigned half>
u32 PrivateTimers::global_count(const Access&) {
    return static_cast<u32>(global_value(now()) >> 32 * half);
}
template <unsigned half>
void PrivateTimers::set_global_count(const Access&, u32 value) {
    const u64 old = global_value(now());
    value_ = half ? (old & 0xffff'ffff) | u64{value} << 32 : (old & ~u64{0xffff'ffff}) | value;
    since_ = now();
    m_.wake_others();
}

/// Enable and prescaler are everybody's, the rest is banked.
void PrivateTimers::set_global_control(const Access& access, u32 value) {
    constexpr u32 shared = prescaler | enable;
    of_[access.cpu].control = value & (compares | interrupts | auto_increment);
    if (((control_ ^ value) & shared) == 0) return;
    value_ = global_value(now());
    since_ = now();
    control_ = value & shared;
    m_.wake_others();
}

void PrivateTimers::clear_global_event(const Access& access, u32 value) {
    if (value & 1) of_[access.cpu].event = false;
}

template <unsigned half>
u32 PrivateTimers::compare(const Access& access) {
    return static_cast<u32>(of_[access.cpu].compare >> 32 * half);
}
template <unsigned half>
void PrivateTimers::set_compare(const Access& access, u32 value) {
    u64& all = of_[access.cpu].compare;
    all = half ? (all & 0xffff'ffff) | u64{value} << 32 : (all & ~u64{0xffff'ffff}) | value;
}

const PrivateTimers::Bank& PrivateTimers::global_registers() {
    using T = PrivateTimers;
    static const Bank bank{
        Bank::read_only<&T::global_count<0>>("Global Timer Counter, low", 0x00).written<&T::set_global_count<0>>(),
        Bank::read_only<&T::global_count<1>>("Global Timer Counter, high", 0x04).written<&T::set_global_count<1>>(),
        Bank::read_only<&T::global_control>("Global Timer Control", 0x08).written<&T::set_global_control>(),
        Bank::read_only<&T::global_event>("Global Timer Interrupt Status", 0x0c).written<&T::clear_global_event>(),
        Bank::read_only<&T::compare<0>>("Comparator Value, low", 0x10).written<&T::set_compare<0>>(),
        Bank::read_only<&T::compare<1>>("Comparator Value, high", 0x14).written<&T::set_compare<1>>(),
        Bank::read_only<&T::increment>("Auto-increment", 0x18).written<&T::set_increment>(),
    };
    return bank;
}

u32 PrivateTimers::read(const Bank& bank, const Access& access) {
    u32 value = 0;
    if (access.debug && !looking_) {
        PrivateTimers look = *this;
        look.looking_ = true;
        return look.read(bank, access);
    }
    settle(access.cpu, now());
    bank.read(*this, access, value);
    return value;
}

void PrivateTimers::write(const Bank& bank, const Access& access, u32 value) {
    if (access.debug) return;
    settle(access.cpu, now());
    bank.write(*this, access, value);
    settle(access.cpu, now());
    m_.alarm_moved();
}

// --- time

u64 PrivateTimers::global_value(u64 now) const {
    if (!(control_ & enable)) return value_;
    return value_ + (now - std::min(now, since_)) / step(control_);
}

/// §4.4.6, from r2p0 on: the event is that the count is equal to the comparator or beyond it.
u64 PrivateTimers::next_match(const Of& of) const {
    if (!(control_ & enable) || !(of.control & compares) || of.compare < value_) return never;
    return later(since_, of.compare - value_, step(control_));
}

void PrivateTimers::settle(unsigned cpu, u64 now) {
    Of& of = of_[cpu];
    of.timer.settle(now);
    if (of.watchdog.settle(now) && of.watchdog.control & watchdog_mode) {
        of.watchdog_has_reset = true;
        if (!looking_) m_.reset();
    }
    const u64 count = global_value(now);
    if (control_ & enable && of.control & compares && count >= of.compare) {
        of.event = true;
        if (of.control & auto_increment && of.increment != 0)
            of.compare = later(of.compare, (count - of.compare) / of.increment + 1, of.increment);
    }
    if (!looking_) drive(cpu);
}

void PrivateTimers::drive(unsigned cpu) {
    const Of& of = of_[cpu];
    const auto wanted = [](const DownCounter& c) { return c.event && (c.control & interrupts); };
    m_.gic.set_ppi(cpu, global_ppi, of.event && (of.control & interrupts));
    m_.gic.set_ppi(cpu, timer_ppi, wanted(of.timer));
    m_.gic.set_ppi(cpu, watchdog_ppi, wanted(of.watchdog) && !(of.watchdog.control & watchdog_mode));
}

/// An event whose flag is set already, or that interrupts nobody, is found when somebody looks.
u64 PrivateTimers::alarm(unsigned cpu) const {
    const Of& of = of_[cpu];
    const auto matters = [](bool event, u32 control) { return !event && (control & interrupts); };
    u64 first = never;
    if (matters(of.timer.event, of.timer.control)) first = of.timer.next_zero();
    if (matters(of.watchdog.event, of.watchdog.control) || of.watchdog.control & watchdog_mode)
        first = std::min(first, of.watchdog.next_zero());
    if (matters(of.event, of.control)) first = std::min(first, next_match(of));
    return clock_.tick_of_count(first);
}

void PrivateTimers::update(unsigned cpu, u64 nanoseconds) { settle(cpu, clock_.counter(nanoseconds)); }

}  // namespace vtoll::core
