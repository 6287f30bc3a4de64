// SPDX-License-Identifier: Apache-2.0
// Slices added up: what each place cost in one exit (or call), and over many of them.
#pragma once

#include <tsl/robin_map.h>

#include <map>
#include <vector>

#include "core/trace/path/slices.hpp"

namespace vtoll::core::trace {

struct PlaceHash {
    std::size_t operator()(const PathPlace& p) const {
        const u64 key = (u64(p.address) << 32 | p.raw) ^
                        u64(p.itstate | p.thumb << 8 | unsigned(p.level) << 9 | unsigned(p.kind) << 11) << 16;
        return key * 0x9e37'79b9'7f4a'7c15ull >> 16;
    }
};

/// Every place that was come to, numbered as it was come to first.
class Places {
public:
    u32 number(const PathPlace& place) {
        const auto [at, fresh] = numbers_.try_emplace(place, static_cast<u32>(all_.size()));
        if (fresh) all_.push_back(place);
        return at->second;
    }
    const std::vector<PathPlace>& all() const { return all_; }

private:
    tsl::robin_map<PathPlace, u32, PlaceHash> numbers_;
    std::vector<PathPlace> all_;
};

struct PlaceCost {
    u64 times = 0, ticks = 0;
    StallTicks stalls{};

    void add(const PlaceCost& more) {
        times += more.times;
        ticks += more.ticks;
        for (std::size_t i = 0; i < stall_count; ++i) stalls[i] += more.stalls[i];
    }
};

/// Without issue, which is what the other stalls leave.
PlaceCost with_issue(PlaceCost cost);

/// Costs by place of one thing: an exit, or an interval of one.
class PlaceCosts {
public:
    PlaceCost& at(u32 place);
    void add(const PlaceCosts& more);
    void clear();
    bool empty() const { return touched_.empty(); }
    /// Places with a cost, in the order in which they got one.
    const std::vector<u32>& places() const { return touched_; }
    const PlaceCost& of(u32 place) const { return costs_[place]; }

private:
    std::vector<PlaceCost> costs_;  ///< by place
    std::vector<bool> holds_;
    std::vector<u32> touched_;
};

struct NumberedLine {
    u32 number = 0;  ///< of its place
    PathLine line;
};

/// Over all exits of one name.
class PathSums {
public:
    void add(const PlaceCosts& one);
    u64 count() const { return count_; }
    /// Lines of the places that had a part, in the order in which they were come to.
    std::vector<NumberedLine> lines(const Places& places) const;

private:
    struct Line {
        std::size_t order = 0;
        PlaceCost cost;
        std::map<u64, u64> each;  ///< ticks in one -> in how many
    };
    u64 count_ = 0;
    std::map<u32, Line> lines_;
};

}  // namespace vtoll::core::trace
