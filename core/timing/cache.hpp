// SPDX-License-Identifier: Apache-2.0
// One cache: which lines it holds. Tags only; data stay in guest memory.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "core/timing/placement.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// Which line of a full set makes room.
enum class Replacement : u8 { random, round_robin, lru };
inline constexpr std::string_view replacement_names[] = {"random", "round robin", "lru"};

struct CacheGeometry {
    u32 size = 32 << 10;
    u32 ways = 4;
    u32 line = 64;
    Replacement replacement = Replacement::round_robin;
    bool virtual_index = false;  ///< the set goes by the virtual address where a way is larger than a page
};

/// Where exits displace nothing of the guest's, and it nothing of theirs (FreePart::refill): who runs.
enum class Side : u8 { guest, exit };

/// Physically tagged, write-back. A filter may serve hits on a line without asking here (core/cpu/memory/l0_filter.hpp)
/// as long as a hit would change nothing: under random and round-robin replacement hits never do; under LRU those on
/// the line used last of its set do not. demoted() names the line that has stopped being that.
///
/// With exits apart each set has as many ways again for the lines that exits bring in. Exits find the guest's lines
/// too, and leave them as they are; a line of theirs that the guest comes to is its own from then on
/// (brought_by_exit()).
class Cache {
public:
    static constexpr u64 none = ~u64{0};
    static constexpr u16 no_slot = 0xffff;

    explicit Cache(const CacheGeometry& g, const Placement& placement = Placement(), bool exits_apart = false)
        : placement_(placement),
          apart_(exits_apart),
          line_bits_(static_cast<unsigned>(std::countr_zero(g.line))),
          set_bits_(static_cast<unsigned>(std::countr_zero(g.size / g.line / g.ways))),
          colour_bits_(g.virtual_index && line_bits_ + set_bits_ > page_bits ? line_bits_ + set_bits_ - page_bits : 0),
          by_page_(((u64{1} << set_bits_) >> colour_bits_) - 1),
          by_colour_(((u64{1} << set_bits_) - 1) & ~by_page_),
          tag_shift_(line_bits_ + set_bits_ - colour_bits_),
          ways_(g.ways),
          replacement_(g.replacement),
          host_lines_(((std::size_t{ways_} << set_bits_ << apart_) + tags_of_host_line - 1) / tags_of_host_line),
          tags_(host_lines_.front().tags.data()),
          used_(std::size_t{1} << set_bits_ << apart_),
          next_(used_.size()),
          order_(g.replacement == Replacement::lru ? places() : 0) {
        for (std::size_t at = 0; at < order_.size(); ++at) order_[at] = static_cast<u8>(at % ways_);
    }

    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;

    u32 line_size() const { return 1u << line_bits_; }
    u64 line_of(u64 pa) const { return pa >> line_bits_; }

    bool contains(u64 pa) const { return find(placement_(pa)) != none; }

    /// An address, and where its line may be.
    struct Sought {
        u64 placed, set;  ///< a set of one side
        Side side;
    };
    /// `va`: what the cache is indexed by, if that is the virtual address.
    Sought sought(u64 pa, u64 va, Side side = Side::guest) const {
        const u64 placed = placement_(pa);
        return {placed, set_of(placed, va, side), side};
    }
    /// The host's own caches will have what is asked of here next.
    void prefetch(const Sought& sought) const { __builtin_prefetch(tags_ + sought.set * ways_); }

    /// Where the side that asks has the line itself; none: it does not. Changes nothing.
    u64 way_of(const Sought& sought) const { return find_in(sought.set, sought.placed); }
    /// A hit on the line that way_of() found. `write` marks it dirty. False: it has just become the line of its set
    /// that was used last.
    bool hit(const Sought& sought, u64 at, bool write) {
        if (write) tags_[at] |= dirty_bit;
        last_ = at;
        return use(sought.set, at);
    }
    /// True on a hit.
    bool lookup(const Sought& sought, bool write) {
        const u64 at = way_of(sought);
        if (at == none) return apart_ && sought.side == Side::exit && finds_guests(sought, write);
        hit(sought, at, write);
        return true;
    }
    bool lookup(u64 pa, bool write) { return lookup(sought(pa, pa), write); }

    /// A place for a line, and the slot of the filter that may have the line it holds, or held.
    struct Kept {
        u64 at = none;
        u16 slot = no_slot;
    };
    struct Victim {
        u64 line = none;  ///< line number that was dropped
        bool dirty = false;
        Kept kept;
    };
    /// Bring the line in: it must not be there.
    Victim fill(const Sought& sought, bool write) {
        const u64 set = sought.set, base = set * ways_;
        u64 at = base;
        Victim victim;
        if (used_[set] == ways_) {
            at += victim_way(set);
            victim = {line_at(set, at), is_dirty(at), {at, slot_at(at)}};
        } else {
            ++used_[set];
            while (tags_[at] != empty) ++at;
        }
        tags_[at] = tag_of(sought.placed) | (write ? dirty_bit : 0);
        if (!filtered_.empty()) filtered_[at] = no_slot;
        use(set, at);
        last_ = at;
        return victim;
    }
    Victim fill(u64 pa, bool write) { return fill(sought(pa, pa), write); }

    /// The line of `pa` is there, and not among the guest's.
    bool brought_by_exit(u64 pa) const { return apart_ && holds_for_exit(pa); }

    /// The line of `pa` agrees with what is below it from now on; true when it did not.
    bool clean(u64 pa) {
        const u64 at = find(placement_(pa));
        const bool was = at != none && is_dirty(at);
        if (was) tags_[at] &= ~dirty_bit;
        return was;
    }
    /// Address of what a way of a set holds, or none: operations by set and way (ARM DDI 0406C §B4.2.1).
    u64 held_by(u64 set, u32 way, Side side = Side::guest) const {
        if (set >> set_bits_ || way >= ways_ || (side == Side::exit && !apart_)) return none;
        const u64 of_side = part_of(set, side), at = of_side * ways_ + way;
        return tags_[at] == empty ? none : line_at(of_side, at) << line_bits_;
    }
    u32 ways() const { return ways_; }
    /// Drop the line of `pa`; true when it was dirty.
    bool drop(u64 pa) {
        const u64 at = find(placement_(pa));
        if (at == none) return false;
        --used_[at / ways_];
        const bool was = is_dirty(at);
        tags_[at] = empty;
        if (!filtered_.empty()) filtered_[at] = no_slot;
        return was;
    }
    void drop_all() {
        std::fill(host_lines_.begin(), host_lines_.end(), HostLine());
        std::fill(filtered_.begin(), filtered_.end(), no_slot);
        std::fill(used_.begin(), used_.end(), u8{0});
    }

    /// The filter keeps the line found or filled last in `slot`. Returns where that is, and the slot before.
    Kept kept_by_filter(u16 slot) {
        if (filtered_.empty()) filtered_.resize(places(), no_slot);
        return {last_, std::exchange(filtered_[last_], slot)};
    }
    /// Where the filter may have the line of `pa`.
    Kept kept(u64 pa) const {
        const u64 at = find(placement_(pa));
        return at == none ? Kept() : Kept{at, slot_at(at)};
    }
    /// The line that the filter may have and that was the one used last of its set until the latest look-up or fill. To
    /// be asked once after each.
    Kept demoted() { return std::exchange(demoted_, Kept()); }

private:
    static constexpr unsigned page_bits = 12;
    /// A tag has the upper bit set while its line is dirty; all of a set's state is in one of the host's lines then.
    static constexpr u32 empty = 0, dirty_bit = u32{1} << 31;

    std::size_t places() const { return std::size_t{ways_} << set_bits_ << apart_; }
    bool is_dirty(u64 at) const { return tags_[at] & dirty_bit; }
    u16 slot_at(u64 at) const { return filtered_.empty() ? no_slot : filtered_[at]; }

    /// A set of the geometry is one for each side here: what follows knows no sides.
    u64 part_of(u64 set, Side side) const { return apart_ ? set << 1 | static_cast<u64>(side) : set; }
    u64 set_of(u64 placed, u64 va, Side side) const {
        return part_of((placed >> line_bits_ & by_page_) | (va >> line_bits_ & by_colour_), side);
    }
    /// There is no memory above 4 GiB (Placement): what is left of a line number above the set fits, plus one.
    u32 tag_of(u64 placed) const { return static_cast<u32>(placed >> tag_shift_) + 1; }
    u64 line_at(u64 set, u64 at) const {
        const unsigned low_bits = set_bits_ - colour_bits_;
        const u64 placed = u64{(tags_[at] & ~dirty_bit) - 1} << low_bits | (set >> apart_ & ((u64{1} << low_bits) - 1));
        return line_of(placement_(placed << line_bits_));
    }

    u64 victim_way(u64 set) {
        if (replacement_ == Replacement::lru) return order_[set * ways_ + ways_ - 1];
        if (replacement_ == Replacement::random) {
            u32& noise = noise_[apart_ ? set & 1 : 0];
            noise = noise * 1664525u + 1013904223u;  // advances with replacements only: runs repeat exactly
            return (noise >> 16) % ways_;
        }
        const u64 way = next_[set];
        next_[set] = static_cast<u8>((way + 1) % ways_);
        return way;
    }
    /// The way at `at` goes to the front of its set's order of use. True: nothing changes by that.
    bool use(u64 set, u64 at) {
        if (replacement_ != Replacement::lru) return true;
        u8* const order = &order_[set * ways_];
        const u8 way = static_cast<u8>(at - set * ways_);
        if (order[0] == way) return true;
        const u64 first = set * ways_ + order[0];
        if (slot_at(first) != no_slot) demoted_ = {first, std::exchange(filtered_[first], no_slot)};
        u8 moved = order[0];
        for (u32 place = 1; moved != way; ++place) std::swap(moved, order[place]);
        order[0] = way;
        return false;
    }
    u64 find_in(u64 set, u64 placed) const {
        const u64 base = set * ways_;
        const u32 tag = tag_of(placed);
        if (ways_ == 16) return find_by_fours(base, tag, 16);  // without a loop
        if (ways_ % 4 == 0) return find_by_fours(base, tag, ways_);
        if (ways_ == 2) {
            const bool second = (tags_[base + 1] & ~dirty_bit) == tag, first = (tags_[base] & ~dirty_bit) == tag;
            return first | second ? base + second : none;
        }
        for (u64 at = base; at < base + ways_; ++at)
            if ((tags_[at] & ~dirty_bit) == tag) return at;
        return none;
    }
    /// All ways at once: which of them it is is hard to foresee for the host.
    [[gnu::always_inline]] u64 find_by_fours(u64 base, u32 tag, u32 ways) const {
        using Four [[gnu::vector_size(16)]] = u32;
        const Four wanted = {tag, tag, tag, tag}, clean = {~dirty_bit, ~dirty_bit, ~dirty_bit, ~dirty_bit};
        Four found = {}, number = {1, 2, 3, 4};
        for (u32 way = 0; way < ways; way += 4, number += 4) {
            Four tags;
            std::memcpy(&tags, tags_ + base + way, sizeof tags);
            found |= static_cast<Four>((tags & clean) == wanted) & number;
        }
        std::array<u64, 2> halves;
        std::memcpy(halves.data(), &found, sizeof found);
        const u64 both = halves[0] | halves[1];
        const u32 way = static_cast<u32>(both | both >> 32);
        return way ? base + way - 1 : none;
    }
    /// Wherever its virtual address put it.
    u64 find(u64 placed, Side side) const {
        for (u64 set = placed >> line_bits_ & by_page_; set <= (by_page_ | by_colour_); set += by_page_ + 1)
            if (const u64 at = find_in(part_of(set, side), placed); at != none) return at;
        return none;
    }
    [[gnu::noinline]] bool holds_for_exit(u64 pa) const { return find(placement_(pa), Side::exit) != none; }
    [[gnu::noinline]] bool finds_guests(const Sought& sought, bool write) {
        const u64 at = find_in(sought.set & ~u64{1}, sought.placed);
        if (at == none) return false;
        if (write) tags_[at] |= dirty_bit;
        last_ = at;
        return true;
    }
    u64 find(u64 placed) const {
        const u64 at = find(placed, Side::guest);
        return at == none && apart_ ? find(placed, Side::exit) : at;
    }

    Placement placement_;
    bool apart_;
    unsigned line_bits_, set_bits_, colour_bits_;
    u64 by_page_, by_colour_;  ///< bits of a set's number that are the page's, and those that the virtual address gives
    unsigned tag_shift_;
    u32 ways_;
    Replacement replacement_;
    std::array<u32, 2> noise_{1, 1};  ///< of each side
    Kept demoted_;
    u64 last_ = 0;  ///< where the line is that was found or filled last
    static constexpr std::size_t tags_of_host_line = 16;
    struct alignas(tags_of_host_line * sizeof(u32)) HostLine {
        std::array<u32, tags_of_host_line> tags{};
    };
    std::vector<HostLine> host_lines_;
    u32* const tags_;            ///< in `host_lines_`
    std::vector<u16> filtered_;  ///< slots of the filter; empty until it keeps a line
    std::vector<u8> used_;       ///< per set, of each side: ways that hold a line
    std::vector<u8> next_;       ///< per set: the way to replace next, round robin
    std::vector<u8> order_;      ///< per set: its ways, the one used last in front; LRU only
};

}  // namespace vtoll::core
