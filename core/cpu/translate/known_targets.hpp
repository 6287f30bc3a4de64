// SPDX-License-Identifier: Apache-2.0
// Blocks that were looked up not long ago, for code that goes on at an address that it computes: what Executor::find()
// would find there, as long as the page of code is known and the same.
#pragma once

#include <array>

#include "core/cpu/blocks/block.hpp"
#include "core/cpu/memory/host_access.hpp"

namespace vtoll::core {

struct KnownTarget {
    static constexpr u32 state_mask = isa::psr::M | isa::psr::E;  ///< of the PSR

    u64 tag = ~u64{0};  ///< translation context and address
    const isa::Op* entry = nullptr;
    u64 page = 0;   ///< FetchPage::pa
    u32 state = 0;  ///< bits of the PSR
    u32 thumb = 0;  ///< Thumb code; ITSTATE is 0
};
static_assert(sizeof(KnownTarget) == 32, "code finds one by a shift");

class KnownTargets {
public:
    static constexpr unsigned count = 1024;
    /// Of an address's bits, those that choose: code is of halfwords.
    static constexpr unsigned index(u32 va) { return (va >> 1) & (count - 1); }

    /// Data of big-endian programs have no context of their own: those are looked up.
    void remember(const isa::CpuState& s, const Block& block) {
        if (s.itstate || (s.psr & isa::psr::E)) return;
        targets_[index(s.r[15])] = {s.l0_ctx | s.r[15], block.entry(), block.key.pa & ~u64{page_mask},
                                    s.psr & KnownTarget::state_mask, s.thumb};
    }
    void forget() { targets_.fill({}); }
    const KnownTarget* data() const { return targets_.data(); }

private:
    std::array<KnownTarget, count> targets_{};
};

}  // namespace vtoll::core
