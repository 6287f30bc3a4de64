// SPDX-License-Identifier: Apache-2.0
#include "core/trace/record/table_watch.hpp"

namespace vtoll::core::trace {

bool TableWatch::is_news(const mmu::Descriptor& d) {
    tables_.insert(d.address >> table_bits);
    const auto [it, fresh] = descriptors_.try_emplace(d.address, d.value);
    if (!fresh && it->second == d.value) return false;
    it.value() = d.value;
    return true;
}

void TableWatch::written(const MemoryAccess& a) {
    const u64 at = a.pa & ~u64{3};
    if (a.kind == MemoryAccess::Kind::memory && a.size == 4) {
        descriptors_[at] = a.value;
        if (const auto wide = descriptors_.find(a.pa & ~u64{7}); wide != descriptors_.end() && wide->second >> 32)
            descriptors_.erase(wide);  // half of a long descriptor: to be said again
    } else {
        descriptors_.erase(at);
        descriptors_.erase(a.pa & ~u64{7});
        descriptors_.erase((a.pa + 3) & ~u64{3});
    }
    look_again();
}

}  // namespace vtoll::core::trace
