// SPDX-License-Identifier: Apache-2.0
// Which level of the caches answers an access, and what moves between them.
#include "core/timing/core_model.hpp"

namespace vtoll::core {

namespace {
/// Lines of L1I among those on their way: their numbers may be a data line's too.
constexpr u64 of_code(u64 line) { return line | u64{1} << 63; }
}  // namespace

CoreModel::Answer CoreModel::from_l2(u64 pa, bool to_write) {
    if (cluster_ && cluster_->ask(*this, pa, to_write) == Cluster::Found::dirty) return {p_.l2_transfer, false};
    if (l2_.lookup(pa, false)) return {p_.l2_latency, false};
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

u32 CoreModel::fetch_uncached(u64 pa, u32 bytes) {
    const u64 lines = l1i_.line_of(pa + bytes - 1) - l1i_.line_of(pa) + 1;
    return add(Stall::memory, static_cast<u32>(lines * (p_.l2_latency + memory_ticks_)));
}

u32 CoreModel::access(u64 pa, u64 va, bool write, const isa::Op* op, Moment now) {
    const u64 line = l1d_.line_of(pa);
    settled_ = true;
    if (l1d_.lookup(pa, write, va)) {
        line_leaves(l1d_.demoted());
        // The others must have lost the line before it changes. Data are here already: the way there and back.
        if (write && cluster_ && cluster_->ask(*this, pa, true) != Cluster::Found::nothing)
            return store_miss(line, {p_.l2_latency, false}, op, now);
        const Fill* fill = on_its_way(line, now.ticks + p_.l1d_latency);
        if (!fill) return 0;
        const u32 cost = write ? 0 : wait_for(fill->complete, fill->beyond_l2, op, now, now.ticks);
        settled_ = fill->complete <= now.ticks + cost + p_.l1d_latency;
        return cost;
    }
    ++stats_.l1d_misses;
    place(pa, va, write);
    const Answer answer = from_l2(pa, write);
    return write ? store_miss(line, answer, op, now) : load_miss(line, answer, op, now);
}

u32 CoreModel::uncached(u64 pa, mmu::Cacheability memory, bool write, const isa::Op* op, Moment now) {
    settled_ = false;
    Answer answer{p_.l2_latency + memory_ticks_, true};
    if (p_.l2_by_outer && memory.outer) answer = from_l2(pa);
    if (write) return store_miss(l1d_.line_of(pa), answer, op, now);
    return add(answer.beyond_l2 ? Stall::memory : Stall::data, answer.latency);
}

// --- hints

u32 CoreModel::preload(u64 pa, u64 va, isa::Preload what, Moment now) {
    if (what == isa::Preload::instruction) return preload_code(pa, va, now.ticks);
    if (l1d_.lookup(pa, false, va)) {
        line_leaves(l1d_.demoted());
        return 0;
    }
    ++stats_.l1d_misses;
    place(pa, va, false);
    const Answer answer = from_l2(pa);
    const u64 begin = room_for_fill(now.ticks);
    send_for(l1d_.line_of(pa), answer, begin);
    return add(answer.beyond_l2 ? Stall::memory : Stall::data, static_cast<u32>(begin - now.ticks));
}

u32 CoreModel::preload_code(u64 pa, u64 va, u64 now) {
    if (p_.preload_code == PreloadCode::nowhere || l1i_.lookup(pa, false, va)) return 0;
    const Answer answer = from_l2(pa);
    if (p_.preload_code == PreloadCode::l1i) {
        ++stats_.l1i_misses;
        if (l1i_.fill(pa, false, va).line != Cache::none) ++fetch_epoch_;
    } else if (!answer.beyond_l2) {
        return 0;
    }
    const u64 begin = room_for_fill(now);
    send_for(of_code(l1i_.line_of(pa)), answer, begin);
    return add(answer.beyond_l2 ? Stall::memory : Stall::fetch, static_cast<u32>(begin - now));
}

}  // namespace vtoll::core
