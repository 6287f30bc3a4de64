// SPDX-License-Identifier: Apache-2.0
// Three units of one time: ticks of the processors, counts of the generic timers' counter, picoseconds of the kernel.
#pragma once

#include "core/cpu/cpu_if.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Clock {
public:
    Clock(u64 tick_hz, u64 counter_hz) : tick_hz_(tick_hz), counter_hz_(counter_hz) {}

    u64 tick_hz() const { return tick_hz_; }
    u64 counter_hz() const { return counter_hz_; }

    u64 counter(u64 tick) const { return scale(tick, counter_hz_, tick_hz_, 0); }
    /// The first tick at which counter() has reached `count`; `never` stays `never`.
    u64 tick_of_count(u64 count) const { return count == never ? never : scale(count, tick_hz_, counter_hz_, 1); }
    /// Rounded up, so that two ticks never share an instant unless the clock is faster than 1 THz.
    u64 picoseconds(u64 tick) const { return scale(tick, 1'000'000'000'000, tick_hz_, 1); }
    u64 nanoseconds(u64 tick) const { return scale(tick, 1'000'000'000, tick_hz_, 0); }
    u64 tick_of_seconds(double seconds) const {
        const double ticks = seconds * static_cast<double>(tick_hz_);
        return ticks >= 1.8e19 ? never : static_cast<u64>(ticks);
    }

private:
    /// value * numerator / denominator, rounded up with `up`; what doesn't fit is `never`.
    static u64 scale(u64 value, u64 numerator, u64 denominator, bool up) {
        __extension__ using u128 = unsigned __int128;
        const u128 result = (u128{value} * numerator + (up ? denominator - 1 : 0)) / denominator;
        return result > never ? never : static_cast<u64>(result);
    }

    u64 tick_hz_, counter_hz_;
};

}  // namespace vtoll::core
