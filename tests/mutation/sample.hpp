// SPDX-License-Identifier: Apache-2.0
// Books as small as can be, for test_mutation.py: a place for every kind of mutant.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/ledger/book/causes.hpp"

namespace vtoll::sample {

using core::Cause;

struct Cost {
    std::uint64_t insns = 0, ticks = 0;
};

struct Books {
    Cost cost;
    unsigned entries = 0, entry_ticks_ = 7;

    void book(Cost more) {
        cost.insns += more.insns;
        cost.ticks += more.ticks;
    }
    void enter() {
        ++entries;
        cost.ticks += entry_ticks_;
    }
};

inline Cause cause_of(unsigned ec) {
    switch (ec) {
    case 0x12: return Cause::hypercall;
    case 0x24: return Cause::stage2_fault;
    default: return Cause::hyp_other;
    }
}

inline std::uint64_t longest(std::uint64_t a, std::uint64_t b) { return std::max(a, b); }
inline bool in_row(std::uint64_t tick, std::uint64_t from, std::uint64_t to) { return tick >= from && tick < to; }
inline std::uint64_t half(bool rounded_up, std::uint64_t ticks) {
    if (rounded_up) ticks += 1;
    return ticks / 2;
}

}  // namespace vtoll::sample
