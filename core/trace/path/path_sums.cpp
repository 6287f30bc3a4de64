// SPDX-License-Identifier: Apache-2.0
#include "core/trace/path/path_sums.hpp"

namespace vtoll::core::trace {

PlaceCost with_issue(PlaceCost cost) {
    s64 rest = static_cast<s64>(cost.ticks);
    for (const s64 ticks : cost.stalls) rest -= ticks;
    cost.stalls[static_cast<std::size_t>(Stall::issue)] = rest;
    return cost;
}

PlaceCost& PlaceCosts::at(u32 place) {
    if (place >= costs_.size()) {
        costs_.resize(place + std::size_t{1});
        holds_.resize(place + std::size_t{1});
    }
    if (!holds_[place]) {
        holds_[place] = true;
        touched_.push_back(place);
    }
    return costs_[place];
}

void PlaceCosts::add(const PlaceCosts& more) {
    for (const u32 place : more.touched_) at(place).add(more.costs_[place]);
}

void PlaceCosts::clear() {
    for (const u32 place : touched_) {
        costs_[place] = {};
        holds_[place] = false;
    }
    touched_.clear();
}

void PathSums::add(const PlaceCosts& one) {
    ++count_;
    for (const u32 place : one.places()) {
        const auto [found, fresh] = lines_.try_emplace(place);
        Line& line = found->second;
        if (fresh) line.order = lines_.size() - 1;
        line.cost.add(one.of(place));
        ++line.each[one.of(place).ticks];
    }
}

std::vector<NumberedLine> PathSums::lines(const Places& places) const {
    std::vector<NumberedLine> lines(lines_.size());
    for (const auto& [number, sum] : lines_) {
        lines[sum.order].number = number;
        PathLine& line = lines[sum.order].line;
        line.place = places.all()[number];
        line.times = sum.cost.times;
        line.ticks = sum.cost.ticks;
        line.stalls = sum.cost.stalls;
        std::vector<Counted> values;
        u64 with = 0;
        for (const auto& [ticks, count] : sum.each) {
            values.push_back({ticks, count});
            with += count;
        }
        if (with < count_) values.push_back({0, count_ - with});
        line.each = distribution(std::move(values));
    }
    return lines;
}

}  // namespace vtoll::core::trace
