// SPDX-License-Identifier: Apache-2.0
// Three units of one time: ticks of the processors, counts of the generic timers' counter, picoseconds of the kernel.
#pragma once

#include <algorithm>

#include "core/seam/cpu_if.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Clock {
public:
    Clock(u64 tick_hz, u64 counter_hz) : tick_hz_(tick_hz), counter_hz_(counter_hz) {}

    u64 tick_hz() const { return tick_hz_; }
    u64 counter_hz() const { return counter_hz_; }

    u64 counter(u64 tick) const { return origin_.count + scale(since(tick), counter_hz_, tick_hz_, 0); }
    /// The first tick at which counter() has reached `count`; `never` stays `never`.
    u64 tick_of_count(u64 count) const {
        if (count == never) return never;
        return later(origin_.tick, scale(count - std::min(count, origin_.count), tick_hz_, counter_hz_, 1));
    }
    /// Rounded up, so that two ticks never share an instant unless the clock is faster than 1 THz.
    u64 picoseconds(u64 tick) const {
        return later(origin_.picoseconds, scale(since(tick), 1'000'000'000'000, tick_hz_, 1));
    }
    u64 nanoseconds(u64 tick) const {
        return later(origin_.picoseconds, scale(since(tick), 1'000'000'000'000, tick_hz_, 0)) / 1000;
    }
    /// The first tick at which nanoseconds() has reached `ns`; `never` stays `never`.
    u64 tick_of_nanoseconds(u64 ns) const {
        if (ns > never / 1000) return never;
        const u64 ps = std::max(ns * 1000, origin_.picoseconds);
        return later(origin_.tick, scale(ps - origin_.picoseconds, tick_hz_, 1'000'000'000'000, 1));
    }
    u64 ticks_in(double seconds) const {
        const double ticks = seconds * static_cast<double>(tick_hz_);
        return ticks >= 1.8e19 ? never : static_cast<u64>(ticks);
    }

    /// Goes on from what another clock, of a machine that was saved, showed. When the frequencies differ, the counter
    /// starts at its value of tick `latest`, the furthest on of the processors; no processor is behind tick `earliest`.
    void continue_from(const Clock& saved, u64 earliest, u64 latest) {
        if (tick_hz_ == saved.tick_hz_) origin_ = saved.origin_;
        else origin_ = {earliest, saved.counter(latest), saved.picoseconds(latest)};
    }

    template <class Ar>
    void serialize(Ar& ar) {
        ar(tick_hz_, counter_hz_, origin_.tick, origin_.count, origin_.picoseconds);
    }

private:
    /// Where the present frequency began.
    struct Origin {
        u64 tick = 0, count = 0, picoseconds = 0;
    };

    u64 since(u64 tick) const { return tick - std::min(tick, origin_.tick); }
    static u64 later(u64 base, u64 more) { return more > never - base ? never : base + more; }
    /// value * numerator / denominator, rounded up with `up`; what doesn't fit is `never`.
    static u64 scale(u64 value, u64 numerator, u64 denominator, bool up) {
        __extension__ using u128 = unsigned __int128;
        const u128 result = (u128{value} * numerator + (up ? denominator - 1 : 0)) / denominator;
        return result > never ? never : static_cast<u64>(result);
    }

    u64 tick_hz_, counter_hz_;
    Origin origin_;
};

}  // namespace vtoll::core
