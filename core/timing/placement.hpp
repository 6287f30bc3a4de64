// SPDX-License-Identifier: Apache-2.0
// Where memory lies in caches that are indexed by physical address. Which pages share sets depends on the frames that
// an allocator happened to hand out, and on where an image was put: another boot of the same software has others, and
// its short loops other times. A placement is such another boot without booting it: software sees the addresses it
// always sees and executes the same, but every 16 MiB of memory has another page colour in the caches.
#pragma once

#include <array>

#include "core/base/random.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

/// What lies in one block keeps its order, as an image does that is loaded elsewhere: two of its lines share a set when
/// they did before. Two blocks meet anew. Blocks of this size make the spread that boots of Linux have
/// (docs/timing.md); smaller ones tear its kernel apart, which no boot does.
class Placement {
public:
    static constexpr unsigned page_bits = 12, colour_bits = 6, block_bits = 24;

    /// 0: as the addresses say.
    explicit Placement(u64 number = 0) {
        if (number == 0) return;
        Random random(number);
        for (u8& colour : colours_) colour = static_cast<u8>(random.next() & ((1u << colour_bits) - 1));
    }
    /// The address by which caches see `pa`; of such an address, `pa`.
    u64 operator()(u64 pa) const {
        return pa ^ u64 { colours_[pa >> block_bits & (blocks - 1)] } << page_bits;
    }

private:
    static constexpr std::size_t blocks = 256;  ///< up to 4 GiB; there is no memory above
    static_assert(page_bits + colour_bits <= block_bits, "a block must stay whole, or the address can't be had back");

    std::array<u8, blocks> colours_{};
};

}  // namespace vtoll::core
