// SPDX-License-Identifier: Apache-2.0
// What the head of a block does to the books: for the heads themselves, and for a Driver.
#pragma once

#include "core/cpu/cpu.hpp"

namespace vtoll::core {

// What a head's fields mean: imm instructions, aux ticks, cost region, link the Block. On core profiles also: raw the
// fetch epoch it was last found in, rd sixteenths of a tick, rn and rm ticks of dependency stalls.
inline Block& info_of(const isa::Op* head) { return *reinterpret_cast<Block*>(const_cast<isa::Op*>(head->link)); }
inline u32 dependency_of(const isa::Op* head) { return head->rn | u32(head->rm) << 8; }

template <bool Booked>
[[gnu::always_inline]] inline void Cpu::charge_block(const isa::Op* head) {
    if constexpr (Booked) {
        if (s_.region != head->cost) [[unlikely]] {
            s_.region = head->cost;
            observer_->region_entered(s_.region, counts());
        }
    }
    s_.countdown -= head->aux;
    s_.insns += head->imm;
}

[[gnu::always_inline]] inline void Cpu::charge_core_block(const isa::Op* head) {
    if (observer_ && s_.region != head->cost) [[unlikely]] {
        s_.region = head->cost;
        observer_->region_entered(s_.region, counts());
    }
    if (head->raw != core_->fetch_epoch()) {
        const Block& info = info_of(head);
        s_.countdown -= core_->fetch(info.key.pa, info.bytes);
        const_cast<isa::Op*>(head)->raw = core_->fetch_epoch();
    }
    fraction_ += head->rd;
    s_.countdown -= head->aux + fraction_ / BlockPrice::scale;
    fraction_ %= BlockPrice::scale;
    stalls_[static_cast<std::size_t>(Stall::dependency)] += dependency_of(head);
    s_.insns += head->imm;
}

}  // namespace vtoll::core
