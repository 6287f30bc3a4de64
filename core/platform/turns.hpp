// SPDX-License-Identifier: Apache-2.0
// How long processors' turns are. One that runs knows nothing of what another does at the same time but comes to it
// later in the host's time: the further they run apart, the later what passes between them may come. So turns are short
// where processors have to do with each other, and long where they go about their own business. All of it follows from
// the machine's time: results are the same on any host.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "core/seam/cpu_if.hpp"
#include "core/state/archive.hpp"

namespace vtoll::core {

class Turns {
public:
    /// A turn is never shorter, but for what cuts it off: a timer, another processor's getting up, a poll.
    static constexpr u64 shortest = 100;
    /// A turn is this part of the time since processors had to do with each other: so is what an interval that begins
    /// there can be wrong by.
    static constexpr u64 part = 8;

    /// Another processor, as one that takes its turn sees it.
    struct Other {
        u64 acts_at = never;  ///< it does nothing to anybody before
        bool busy = false;    ///< it runs, and does not only wait
    };

    Turns(unsigned cpus, u64 longest) : longest_(longest), arrivals_(cpus, never) {}

    /// Processors have to do with each other: one interrupts, wakes or starts another, or stores what another polls.
    void deal(u64 tick) { last_deal_ = std::max(last_deal_, tick); }
    u64 length(u64 tick) const {
        const u64 since = tick > last_deal_ ? tick - last_deal_ : 0;
        return std::clamp(since / part, std::min(shortest, longest_), longest_);
    }
    /// Where a turn that begins at `tick` ends at the latest. `polls`: of a processor that waits in a loop. It does not
    /// overtake anybody; nobody overtakes the moment at which a sleeper gets up or a poller is interrupted.
    u64 end(u64 tick, bool polls, std::span<const Other> others) const;

    // --- interrupts from others that a processor has not come to yet
    void arrives(unsigned cpu, u64 tick) { arrivals_[cpu] = std::min(arrivals_[cpu], tick); }
    u64 arrival(unsigned cpu) const { return arrivals_[cpu]; }
    void arrived(unsigned cpu) { arrivals_[cpu] = never; }

    void serialize(Archive& ar) { ar(last_deal_, arrivals_); }

private:
    const u64 longest_;
    u64 last_deal_ = 0;
    std::vector<u64> arrivals_;
};

}  // namespace vtoll::core
