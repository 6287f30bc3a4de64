// SPDX-License-Identifier: Apache-2.0
// What system operations wait for while the processor runs.
#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

/// ARM DDI 0406C §A3.8.3: a DSB is complete when accesses, and cache and TLB maintenance, before it are, one of stores
/// when the stores are; a DMB holds later accesses behind the earlier ones, one of stores by their order in the buffer.
/// Loads have been waited for where they were made.
u32 CoreModel::barrier(isa::SystemCost what, Moment now) {
    if (what == isa::SystemCost::dmb_store || p_.free.has(FreePart::barriers)) return 0;
    u64 end = std::max(now.ticks, *std::max_element(store_ends_.begin(), store_ends_.end()));
    if (what != isa::SystemCost::dmb) end = std::max(end, *std::max_element(posted_ends_.begin(), posted_ends_.end()));
    if (what == isa::SystemCost::dsb) end = std::max(end, maintenance_end_);
    return add(Stall::system, static_cast<u32>(end - now.ticks));
}

void CoreModel::tlb_operation(bool broadcast, Moment now) {
    if (p_.free.has(FreePart::maintenance)) return;
    maintenance_end_ = std::max(maintenance_end_, now.ticks + (broadcast ? p_.tlb_broadcast : p_.tlb_local));
}

}  // namespace vtoll::core
