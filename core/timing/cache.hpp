// SPDX-License-Identifier: Apache-2.0
// One cache: which lines it holds. Tags only; data stay in guest memory.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "core/timing/placement.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

struct CacheGeometry {
    u32 size = 32 << 10;
    u32 ways = 4;
    u32 line = 64;
    bool random = false;  ///< replacement: pseudo-random instead of round robin
};

/// Physically tagged, write-back. Replacement never looks at hits (round robin within the set, or pseudo-random), so
/// that a filter which serves hits without asking (isa's L0) can't change what is held.
class Cache {
public:
    static constexpr u64 none = ~u64{0};

    explicit Cache(const CacheGeometry& g, const Placement& placement = Placement())
        : placement_(placement),
          line_bits_(static_cast<unsigned>(std::countr_zero(g.line))),
          set_bits_(static_cast<unsigned>(std::countr_zero(g.size / g.line / g.ways))),
          ways_(g.ways),
          random_(g.random),
          tags_(std::size_t{ways_} << set_bits_),
          dirty_(tags_.size()),
          used_(std::size_t{1} << set_bits_),
          next_(used_.size()) {}

    u32 line_size() const { return 1u << line_bits_; }
    u64 line_of(u64 pa) const { return pa >> line_bits_; }

    bool contains(u64 pa) const { return find(placed(pa)) != none; }

    /// True on a hit. `write` marks the line dirty.
    bool lookup(u64 pa, bool write) {
        const u64 at = find(placed(pa));
        if (at == none) return false;
        dirty_[at] |= write;
        return true;
    }

    struct Victim {
        u64 line = none;  ///< line number that was dropped
        bool dirty = false;
    };
    /// Bring the line of `pa` in: it must not be there.
    Victim fill(u64 pa, bool write) {
        const u64 line = placed(pa), set = set_of(line), base = set * ways_;
        u64 at = base;
        Victim victim;
        if (used_[set] == ways_) {
            at += victim_way(set);
            victim = {line_of(address_of(set, tags_[at])), dirty_[at] != 0};
        } else {
            ++used_[set];
            while (tags_[at] != empty) ++at;
        }
        tags_[at] = tag_of(line);
        dirty_[at] = write;
        return victim;
    }
    /// The line of `pa` agrees with what is below it from now on; true when it did not.
    bool clean(u64 pa) {
        const u64 at = find(placed(pa));
        const bool was = at != none && dirty_[at];
        if (was) dirty_[at] = 0;
        return was;
    }
    /// Address of what a way of a set holds, or none: operations by set and way (ARM DDI 0406C §B4.2.1).
    u64 held_by(u64 set, u32 way) const {
        if (set >> set_bits_ || way >= ways_) return none;
        const u32 tag = tags_[set * ways_ + way];
        return tag == empty ? none : address_of(set, tag);
    }
    u32 ways() const { return ways_; }
    /// Drop the line of `pa`; true when it was dirty.
    bool drop(u64 pa) {
        const u64 line = placed(pa), at = find(line);
        if (at == none) return false;
        --used_[set_of(line)];
        tags_[at] = empty;
        const bool was = dirty_[at];
        dirty_[at] = 0;
        return was;
    }
    void drop_all() {
        std::fill(tags_.begin(), tags_.end(), empty);
        std::fill(dirty_.begin(), dirty_.end(), u8{0});
        std::fill(used_.begin(), used_.end(), u8{0});
    }

private:
    static constexpr u32 empty = 0;

    /// Line number by which the set is chosen and the tag is made.
    u64 placed(u64 pa) const { return line_of(placement_(pa)); }
    u64 address_of(u64 set, u32 tag) const { return placement_((u64{tag - 1} << set_bits_ | set) << line_bits_); }
    u64 set_of(u64 line) const { return line & ((u64{1} << set_bits_) - 1); }
    /// Physical addresses have 40 bits: what is left of a line number above the set fits, plus one.
    u32 tag_of(u64 line) const { return static_cast<u32>(line >> set_bits_) + 1; }

    u64 victim_way(u64 set) {
        if (random_) {
            noise_ = noise_ * 1664525u + 1013904223u;  // advances with replacements only: runs repeat exactly
            return (noise_ >> 16) % ways_;
        }
        const u64 way = next_[set];
        next_[set] = static_cast<u8>((way + 1) % ways_);
        return way;
    }
    u64 find(u64 line) const {
        const u64 base = set_of(line) * ways_;
        const u32 tag = tag_of(line);
        for (u64 at = base; at < base + ways_; ++at)
            if (tags_[at] == tag) return at;
        return none;
    }

    Placement placement_;
    unsigned line_bits_, set_bits_;
    u32 ways_;
    bool random_;
    u32 noise_ = 1;
    std::vector<u32> tags_;
    std::vector<u8> dirty_;
    std::vector<u8> used_;  ///< per set: ways that hold a line
    std::vector<u8> next_;  ///< per set: the way to replace next
};

}  // namespace vtoll::core
