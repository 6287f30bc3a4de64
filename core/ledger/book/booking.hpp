// SPDX-License-Identifier: Apache-2.0
// The seam between the books and whoever writes down more than the books keep: functions, the order of things.
#pragma once

#include "core/ledger/book/episode.hpp"

namespace vtoll::core {

/// Who pays for an interval: an episode, or a world outside episodes.
struct Payer {
    World world = World::kernel;
    u8 vm = 0;
    u64 episode = 0;        ///< its number in order of opening, from 1; 0: none
    bool measured = false;  ///< between the markers DBG #1 and DBG #2; of an episode, that it began there
    bool operator==(const Payer&) const = default;
};

class BookingSink {
public:
    virtual ~BookingSink() = default;
    virtual void opened(u64 episode, const EpisodeKind& kind, Counts at) = 0;
    /// One interval, in a phase and a function (0: of no symbol). Intervals follow each other without gaps.
    virtual void booked(const Payer& payer, u16 phase, u16 function, Counts from, Counts to) = 0;
    /// Nothing more belongs to it.
    virtual void left(u64 episode, Counts at) = 0;
    /// After left(). `kind` as it is stored, its cause known, which may be later. `returned`: not abandoned, and not
    /// open at the end of the run.
    virtual void closed(u64 episode, const EpisodeKind& kind, bool returned) = 0;
};

/// What a region of a RegionMap is, when regions are finer than phases.
struct RegionPart {
    u16 phase = 0, function = 0;
};

}  // namespace vtoll::core
