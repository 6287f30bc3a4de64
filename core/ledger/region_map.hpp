// SPDX-License-Identifier: Apache-2.0
// Address ranges that the ledger tells apart: phases of a hypervisor, found from its symbols.
#pragma once

#include <algorithm>
#include <vector>

#include "isa/state/modes.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Half-open ranges of virtual addresses per privilege level. Region 0 is everything else.
class RegionMap {
public:
    void add(isa::Privilege pl, u32 begin, u32 end, u16 region) {
        auto& ranges = ranges_[static_cast<unsigned>(pl)];
        ranges.insert(std::upper_bound(ranges.begin(), ranges.end(), begin,
                                       [](u32 b, const Range& r) { return b < r.begin; }),
                      Range{begin, end, region});
    }
    u16 find(isa::Privilege pl, u32 va) const {
        const Range* r = containing(pl, va);
        return r ? r->region : 0;
    }
    /// First address after `va` where the region may change: the block builder stops there.
    u32 boundary_after(isa::Privilege pl, u32 va) const {
        const auto& ranges = ranges_[static_cast<unsigned>(pl)];
        if (const Range* r = containing(pl, va)) return r->end;
        auto next = std::upper_bound(ranges.begin(), ranges.end(), va,
                                     [](u32 v, const Range& x) { return v < x.begin; });
        return next == ranges.end() ? ~u32{0} : next->begin;
    }
    bool empty() const { return ranges_[0].empty() && ranges_[1].empty() && ranges_[2].empty(); }

private:
    struct Range {
        u32 begin, end;
        u16 region;
    };
    const Range* containing(isa::Privilege pl, u32 va) const {
        const auto& ranges = ranges_[static_cast<unsigned>(pl)];
        auto next = std::upper_bound(ranges.begin(), ranges.end(), va,
                                     [](u32 v, const Range& x) { return v < x.begin; });
        if (next == ranges.begin()) return nullptr;
        --next;
        return va < next->end ? &*next : nullptr;
    }
    std::vector<Range> ranges_[3];
};

}  // namespace vtoll::core
