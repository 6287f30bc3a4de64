// SPDX-License-Identifier: Apache-2.0
// Where a guest of the microvisor has the user's addresses of a recorded guest. The microvisor leaves its guests' users
// less than a native kernel does, so programs are linked, and their stacks and libraries placed, elsewhere. Here by
// sections: one is at the same place modulo the user's part, or at the next free one, decided when it is first used.
// What is below a section stays: sets of caches, pages, sections of the second-level tables.
#pragma once

#include <array>
#include <optional>

#include "core/trace/para/para_numbers.hpp"
#include "isa/types.hpp"

namespace vtoll::core::trace {

class Homes {
public:
    static constexpr unsigned section_bits = 20;

    /// Where `va` is. Nothing: every place is taken.
    std::optional<u32> of(u32 va) {
        u16& home = home_[va >> section_bits];
        for (u32 i = 0; home == none && i < places; ++i) {
            const u32 place = ((va >> section_bits) + i) % places;
            if (taken_[place]) continue;
            taken_[place] = true;
            home = static_cast<u16>(place + 1);
        }
        if (home == none) return std::nullopt;
        return at(home, va);
    }
    /// The same, when it was asked for before.
    std::optional<u32> known(u32 va) const {
        const u16 home = home_[va >> section_bits];
        if (home == none) return std::nullopt;
        return at(home, va);
    }

private:
    static constexpr u32 places = para::user_end >> section_bits;
    static constexpr u16 none = 0;
    static u32 at(u16 home, u32 va) { return u32(home - 1) << section_bits | (va & ((1u << section_bits) - 1)); }

    std::array<u16, 1u << (32 - section_bits)> home_{};  ///< of every section, from 1
    std::array<bool, places> taken_{};
};

}  // namespace vtoll::core::trace
