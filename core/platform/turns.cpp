// SPDX-License-Identifier: Apache-2.0
#include "core/platform/turns.hpp"

namespace vtoll::core {

u64 Turns::end(u64 tick, bool polls, std::span<const Other> others) const {
    u64 end = tick + length(tick);
    for (const Other& other : others)
        if (!other.busy || polls) end = std::min(end, std::max(other.acts_at, tick + 1));
    return end;
}

}  // namespace vtoll::core
