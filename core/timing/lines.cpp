// SPDX-License-Identifier: Apache-2.0
// Which level of the caches answers an access, and what moves between them.
#include "core/timing/core_model.hpp"

namespace vtoll::core {

u32 CoreModel::from_l2(u64 pa, bool& beyond_l2) {
    beyond_l2 = !l2_.lookup(pa, false);
    if (!beyond_l2) return p_.l2_latency;
    ++stats_.l2_misses;
    const Cache::Victim victim = l2_.fill(pa, false);
    if (victim.dirty) ++stats_.write_backs;
    return p_.l2_latency + memory_ticks_ + (victim.dirty ? p_.write_back : 0);
}

/// A dirty victim of L1D goes to L2, in the shadow of the miss that pushed it out.
void CoreModel::write_back(const Cache::Victim& victim, u32 line_size) {
    if (!victim.dirty) return;
    const u64 pa = victim.line * line_size;
    if (!l2_.lookup(pa, true)) l2_.fill(pa, true);
}

u32 CoreModel::fetch(u64 pa, u32 bytes) {
    u32 cost = 0;
    const u32 line = l1i_.line_size();
    for (u64 at = pa & ~u64{line - 1}; at < pa + bytes; at += line) {
        if (l1i_.lookup(at, false)) continue;
        ++stats_.l1i_misses;
        if (l1i_.fill(at, false).line != Cache::none) ++fetch_epoch_;
        bool beyond_l2;
        const u32 latency = from_l2(at, beyond_l2);
        cost += add(beyond_l2 ? Stall::memory : Stall::fetch, latency);
    }
    return cost;
}

u32 CoreModel::access(u64 pa, bool write, const isa::Op* op, Moment now) {
    if (l1d_.lookup(pa, write)) return 0;
    ++stats_.l1d_misses;
    const Cache::Victim victim = l1d_.fill(pa, write);
    if (victim.line != Cache::none && on_line_evicted) on_line_evicted(victim.line);
    write_back(victim, l1d_.line_size());
    bool beyond_l2;
    const u32 latency = from_l2(pa, beyond_l2);
    return write ? store_miss(l1d_.line_of(pa), latency, beyond_l2, now)
                 : load_miss(l1d_.line_of(pa), latency, beyond_l2, op, now);
}

}  // namespace vtoll::core
