// SPDX-License-Identifier: Apache-2.0
// Address ranges that the ledger tells apart: phases of a hypervisor, functions, found from symbols.
#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Half-open ranges of virtual addresses per privilege level. Of two that overlap, the one that begins later has what
/// is behind its beginning. Region 0 is everything else.
class RegionMap {
public:
    /// `divides`: blocks end at both ends of the range. Where they don't, one that runs on into the range is not in it.
    void add(isa::Privilege pl, u32 begin, u32 end, u16 region, bool divides = true) {
        auto& ranges = ranges_[static_cast<unsigned>(pl)];
        ranges.insert(
            std::upper_bound(ranges.begin(), ranges.end(), begin, [](u32 b, const Range& r) { return b < r.begin; }),
            Range{begin, end, region});
        if (!divides) return;
        auto& boundaries = boundaries_[static_cast<unsigned>(pl)];
        for (const u32 boundary : {begin, end})
            boundaries.insert(std::upper_bound(boundaries.begin(), boundaries.end(), boundary), boundary);
    }
    /// Blocks end where they do with `other`.
    void divide_as(const RegionMap& other) {
        for (std::size_t pl = 0; pl < std::size(boundaries_); ++pl) boundaries_[pl] = other.boundaries_[pl];
    }
    u16 find(isa::Privilege pl, u32 va) const {
        const auto& ranges = ranges_[static_cast<unsigned>(pl)];
        auto next =
            std::upper_bound(ranges.begin(), ranges.end(), va, [](u32 v, const Range& x) { return v < x.begin; });
        if (next == ranges.begin()) return 0;
        --next;
        return va < next->end ? next->region : 0;
    }
    /// First address after `va` where the region may change: the block builder stops there.
    u32 boundary_after(isa::Privilege pl, u32 va) const {
        const auto& boundaries = boundaries_[static_cast<unsigned>(pl)];
        const auto next = std::upper_bound(boundaries.begin(), boundaries.end(), va);
        return next == boundaries.end() ? ~u32{0} : *next;
    }
    /// Where the next range after `va` begins.
    u32 begin_after(isa::Privilege pl, u32 va) const {
        const auto& ranges = ranges_[static_cast<unsigned>(pl)];
        const auto next =
            std::upper_bound(ranges.begin(), ranges.end(), va, [](u32 v, const Range& x) { return v < x.begin; });
        return next == ranges.end() ? ~u32{0} : next->begin;
    }
    bool empty() const { return ranges_[0].empty() && ranges_[1].empty() && ranges_[2].empty(); }

private:
    struct Range {
        u32 begin, end;
        u16 region;
    };
    std::vector<Range> ranges_[3];
    std::vector<u32> boundaries_[3];
};

}  // namespace vtoll::core
