// SPDX-License-Identifier: Apache-2.0
// One cache: which lines it holds. Tags only; data stay in guest memory.
#pragma once

#include <bit>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

struct CacheGeometry {
    u32 size = 32 << 10;
    u32 ways = 4;
    u32 line = 64;
    bool random = false;  ///< replacement: pseudo-random instead of round robin
};

/// Physically tagged, write-back. Replacement never looks at hits (round robin within the set, or pseudo-random), so that
/// a filter which serves hits without asking (isa's L0) can't change what is held.
class Cache {
public:
    static constexpr u64 none = ~u64{0};

    explicit Cache(const CacheGeometry& g)
        : line_bits_(static_cast<unsigned>(std::countr_zero(g.line))),
          sets_(g.size / g.line / g.ways),
          ways_(g.ways),
          random_(g.random),
          tags_(std::size_t{sets_} * ways_, none),
          dirty_(tags_.size()),
          next_(sets_) {}

    u32 line_size() const { return 1u << line_bits_; }
    u64 line_of(u64 pa) const { return pa >> line_bits_; }

    bool contains(u64 pa) const { return find(line_of(pa)) != none; }

    /// True on a hit. `write` marks the line dirty.
    bool lookup(u64 pa, bool write) {
        const u64 at = find(line_of(pa));
        if (at == none) return false;
        dirty_[at] |= write;
        return true;
    }

    struct Victim {
        u64 line = none;  ///< line number that was dropped
        bool dirty = false;
    };
    /// Bring the line of `pa` in.
    Victim fill(u64 pa, bool write) {
        const u64 line = line_of(pa);
        const u64 set = line % sets_;
        const u64 base = set * ways_;
        u64 at = base;
        while (at < base + ways_ && tags_[at] != none) ++at;
        if (at == base + ways_) {
            at = base + victim_way(set);
        }
        const Victim victim{tags_[at], dirty_[at] != 0};
        tags_[at] = line;
        dirty_[at] = write;
        return victim;
    }
    /// Drop the line of `pa`; true when it was dirty.
    bool drop(u64 pa) {
        const u64 at = find(line_of(pa));
        if (at == none) return false;
        tags_[at] = none;
        const bool was = dirty_[at];
        dirty_[at] = 0;
        return was;
    }
    void drop_all() {
        std::fill(tags_.begin(), tags_.end(), none);
        std::fill(dirty_.begin(), dirty_.end(), u8{0});
    }

private:
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
        const u64 base = (line % sets_) * ways_;
        for (u64 at = base; at < base + ways_; ++at)
            if (tags_[at] == line) return at;
        return none;
    }

    unsigned line_bits_;
    u32 sets_, ways_;
    bool random_;
    u32 noise_ = 1;
    std::vector<u64> tags_;
    std::vector<u8> dirty_;
    std::vector<u8> next_;  ///< per set: the way to replace next
};

}  // namespace vtoll::core
