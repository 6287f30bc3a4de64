// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/book/recording.hpp"

namespace vtoll::core {

namespace {

constexpr u32 place_of(u16 phase, u16 function) { return u32{phase} << 16 | function; }

EpisodeKind without_costs(EpisodeKind kind) {
    kind.phases = {};
    kind.waits = {};
    return kind;
}

void add(Counts& sum, Counts more) {
    sum.insns += more.insns;
    sum.ticks += more.ticks;
}

}  // namespace

void Recorder::pay(const EpisodeKind& kind, u32 place, Counts cost) {
    add(costs_[{kind.world, kind.cause, kind.vm, kind.vm_after, kind.measured, kind.syndrome, kind.detail,
                static_cast<u16>(place >> 16), static_cast<u16>(place)}],
        cost);
}

void Recorder::opened(u64 episode, const EpisodeKind& kind, Counts at) {
    fresh_ = true;
    if (!options_.intervals || cut_) return;
    followed_[episode] = episodes_.size();
    episodes_.push_back(
        {.kind = without_costs(kind), .number = episode, .begin = at.ticks, .first = intervals_.size()});
}

void Recorder::booked(const Payer& payer, u16 phase, u16 function, Counts from, Counts to) {
    const Counts cost{to.insns - from.insns, to.ticks - from.ticks};
    if (options_.functions) {
        if (payer.episode) {
            add(open_[payer.episode][place_of(phase, function)], cost);
        } else {
            EpisodeKind kind;
            kind.world = payer.world;
            kind.vm = kind.vm_after = payer.vm;
            kind.measured = payer.measured;
            pay(kind, place_of(phase, function), cost);
        }
    }
    if (!options_.intervals || cut_) return;
    if (!fresh_) {
        TimelineInterval& last = intervals_.back();
        if (last.payer == payer && last.phase == phase && last.function == function) {
            last.end = to.ticks;
            last.insns += cost.insns;
            return;
        }
    }
    if (intervals_.size() == options_.intervals) {
        cut_ = true;
        for (const auto& [number, at] : followed_) {
            episodes_[at].end = from.ticks;
            episodes_[at].after = intervals_.size();
        }
        followed_.clear();
        return;
    }
    fresh_ = false;
    intervals_.push_back({payer, phase, function, from.ticks, to.ticks, cost.insns});
}

void Recorder::left(u64 episode, Counts at) {
    fresh_ = true;
    const auto it = followed_.find(episode);
    if (it == followed_.end()) return;
    TimelineEpisode& entry = episodes_[it->second];
    entry.end = at.ticks;
    entry.after = intervals_.size();
}

void Recorder::closed(u64 episode, const EpisodeKind& kind, bool returned) {
    if (const auto paid = open_.extract(episode))
        for (const auto& [place, cost] : paid.mapped()) pay(kind, place, cost);
    const auto it = followed_.find(episode);
    if (it == followed_.end()) return;
    TimelineEpisode& entry = episodes_[it->second];
    entry.kind = without_costs(kind);
    entry.returned = returned;
    followed_.erase(it);
}

void Recorder::settle(const HostExits& hosts) {
    std::map<Spender, Counts> settled;
    for (const auto& [spender, counts] : costs_) {
        Spender whose = spender;
        whose.world = hosts.settled(spender.world, spender.cause != Cause::none);
        add(settled[whose], counts);
    }
    costs_ = std::move(settled);
    for (TimelineEpisode& each : episodes_) each.kind.world = hosts.settled(each.kind.world, true);
    for (TimelineInterval& each : intervals_)
        each.payer.world = hosts.settled(each.payer.world, each.payer.episode != 0);
}

}  // namespace vtoll::core
