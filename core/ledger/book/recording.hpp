// SPDX-License-Identifier: Apache-2.0
// What a run writes down beyond its books when it is asked to: what each function cost, for whom; and its first
// intervals one by one, in order.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "core/ledger/book/booking.hpp"
#include "core/ledger/book/host_exits.hpp"

namespace vtoll::core {

struct RecordingOptions {
    bool functions = false;
    u64 intervals = 0;  ///< kept one by one, of each processor; 0: none
    bool any() const { return functions || intervals; }
};

/// An episode as it happened.
struct TimelineEpisode {
    EpisodeKind kind;  ///< without costs
    u64 number = 0;
    u64 begin = 0, end = 0;    ///< ticks
    u64 first = 0, after = 0;  ///< its first interval, and the first one after it
    bool returned = false;     ///< seen to its end
};

/// Ticks [begin, end) of one payer, in one phase and function.
struct TimelineInterval {
    Payer payer;
    u16 phase = 0, function = 0;
    u64 begin = 0, end = 0, insns = 0;
};

/// Writes down one processor.
class Recorder final : public BookingSink {
public:
    explicit Recorder(RecordingOptions options) : options_(options) {}

    void opened(u64 episode, const EpisodeKind& kind, Counts at) override;
    void booked(const Payer& payer, u16 phase, u16 function, Counts from, Counts to) override;
    void left(u64 episode, Counts at) override;
    void closed(u64 episode, const EpisodeKind& kind, bool returned) override;

    /// At the end, when it is known what software ran.
    void settle(const HostExits& hosts);

    /// Whose function: a kind without costs.
    struct Spender {
        World world;
        Cause cause;
        u8 vm, vm_after;
        bool measured;
        u32 syndrome, detail;
        u16 phase, function;
        auto operator<=>(const Spender&) const = default;
    };
    const std::map<Spender, Counts>& costs() const { return costs_; }
    const std::vector<TimelineEpisode>& episodes() const { return episodes_; }
    const std::vector<TimelineInterval>& intervals() const { return intervals_; }
    bool cut() const { return cut_; }  ///< there was more than was asked for

private:
    void pay(const EpisodeKind& kind, u32 place, Counts cost);

    RecordingOptions options_;
    std::unordered_map<u64, std::map<u32, Counts>> open_;  ///< by episode, then phase and function: not yet paid
    std::map<Spender, Counts> costs_;
    std::vector<TimelineEpisode> episodes_;
    std::unordered_map<u64, std::size_t> followed_;  ///< open episodes by number
    std::vector<TimelineInterval> intervals_;
    bool fresh_ = true;  ///< the next interval does not go on with the last one
    bool cut_ = false;
};

}  // namespace vtoll::core
