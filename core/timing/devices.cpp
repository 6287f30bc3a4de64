// SPDX-License-Identifier: Apache-2.0
// Accesses to devices. A load waits for its answer, and for the writes before it on the same path: they arrive in order
// (ARM DDI 0406C §A3.5.5), and a read overtakes nothing that has not been answered. Writes to Device memory are posted;
// the pipeline waits only when too many are under way.
#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

u32 CoreModel::device(DevicePath path, DeviceAccess what, Moment now) {
    if (p_.free.has(path == DevicePath::peripheral ? FreePart::devices : FreePart::gic)) return 0;
    const auto i = static_cast<std::size_t>(path);
    const DeviceTiming& t = p_.devices[i];
    u64& last = device_ends_[i];
    if (what == DeviceAccess::posted_write) {
        u64& entry = posted_ends_[posted_next_];
        posted_next_ = (posted_next_ + 1) % posted_ends_.size();
        const u64 start = std::max(entry, now.ticks);
        entry = last = std::max(last, start + t.write + device_ticks_[i]);
        return add(Stall::device, static_cast<u32>(start - now.ticks));
    }
    const u64 start = std::max(last, now.ticks);
    const u64 end = start + (what == DeviceAccess::read ? t.read : t.write) + device_ticks_[i];
    return add(Stall::device, static_cast<u32>(end - now.ticks));
}

}  // namespace vtoll::core
