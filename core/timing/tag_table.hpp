// SPDX-License-Identifier: Apache-2.0
// What a small buffer of the core holds, found by tag: a fixed number of slots, chained by what their tags hash to. No
// entry moves while it is held, and nothing is allocated after the start.
#pragma once

#include <array>
#include <vector>

#include "isa/types.hpp"

namespace vtoll::core {

/// `Entry` has a `u64 tag`.
template <class Entry>
class TagTable {
public:
    /// Room for `entries`: whoever adds more has lost count.
    explicit TagTable(std::size_t entries) : slots_(entries), next_(entries) { clear(); }

    Entry* find(u64 tag) {
        const u16 at = place_of(tag);
        return at == end ? nullptr : &slots_[at];
    }
    /// A fresh entry, which must not be there.
    Entry& add(u64 tag) {
        const u16 at = free_;
        free_ = next_[at];
        u16& chain = chains_[chain_of(tag)];
        next_[at] = chain;
        chain = at;
        slots_[at] = Entry();
        slots_[at].tag = tag;
        return slots_[at];
    }
    /// What is left of the entry, until another is added; nullptr: there was none.
    Entry* remove(u64 tag) {
        u16* link = &chains_[chain_of(tag)];
        while (*link != end && slots_[*link].tag != tag) link = &next_[*link];
        const u16 at = *link;
        if (at == end) return nullptr;
        *link = next_[at];
        next_[at] = free_;
        free_ = at;
        return &slots_[at];
    }
    /// Also those that are free.
    std::vector<Entry>& slots() { return slots_; }
    void clear() {
        chains_.fill(end);
        free_ = end;
        for (std::size_t at = slots_.size(); at-- > 0;) {
            next_[at] = free_;
            free_ = static_cast<u16>(at);
        }
    }

private:
    static constexpr u16 end = 0xffff;
    static constexpr unsigned chain_bits = 7;

    static std::size_t chain_of(u64 tag) { return tag * 0x9e37'79b9'7f4a'7c15ull >> (64 - chain_bits); }

    u16 place_of(u64 tag) const {
        u16 at = chains_[chain_of(tag)];
        while (at != end && slots_[at].tag != tag) at = next_[at];
        return at;
    }

    std::array<u16, 1u << chain_bits> chains_;
    u16 free_ = end;
    std::vector<Entry> slots_;
    std::vector<u16> next_;  ///< of the chain, or of the free slots
};

}  // namespace vtoll::core
