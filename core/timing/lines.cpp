// SPDX-License-Identifier: Apache-2.0
// Which level of the caches answers an access, and what moves between them.
#include "core/timing/core_model.hpp"

namespace vtoll::core {

namespace {
/// Lines of L1I among those on their way: their numbers may be a data line's too.
constexpr u64 of_code(u64 line) { return line | u64{1} << 63; }
}  // namespace

CoreModel::Answer CoreModel::look_up_l2(u64 pa, bool to_write) {
    if (cluster_ && cluster_->ask(*this, pa, to_write) == Cluster::Found::dirty) return {p_.l2_transfer, false};
    const Cache::Sought line = l2_.sought(pa, pa, side_);
    if (in_l2(line, pa, false)) return {p_.l2_latency, false};
    ++stats_.l2_misses;
    const Cache::Victim victim = l2_.fill(line, false);
    if (victim.dirty) ++stats_.write_backs;
    return {p_.l2_latency + memory_ticks_ + (victim.dirty ? p_.write_back : 0), true};
}

bool CoreModel::in_l2(const Cache::Sought& line, u64 pa, bool write) {
    if (l2_.lookup(line, write)) return true;
    if (!takes_over(l2_, pa)) return false;
    write |= l2_.drop(pa);
    if (l2_.fill(line, write).dirty) ++stats_.write_backs;
    return true;
}

void CoreModel::write_to_l2(u64 pa) {
    const Cache::Sought line = l2_.sought(pa, pa, side_);
    if (!in_l2(line, pa, true)) l2_.fill(line, true);
}

/// A dirty victim of L1D goes to L2, in the shadow of the miss that pushed it out.
void CoreModel::write_back(const Cache::Victim& victim) {
    if (victim.dirty) write_to_l2(victim.line * l1d_.line_size());
}

void CoreModel::place(const Cache::Sought& line, u64 pa, bool write) {
    // Under another virtual address, or an exit's: a miss finds it and moves it.
    if ((p_.l1d.virtual_index || aside_) && l1d_.contains(pa)) {
        filter_loses(l1d_.kept(pa));
        write |= l1d_.drop(pa);
    }
    const Cache::Victim victim = l1d_.fill(line, write);
    filter_loses(victim.kept);
    filter_loses(l1d_.demoted());
    write_back(victim);
}

void CoreModel::place_code(u64 pa, u64 va) {
    if (l1i_.fill(l1i_.sought(pa, va, side_), false).line != Cache::none) ++fetch_epoch_;
}

bool CoreModel::in_l1i(u64 pa, u64 va) {
    if (l1i_.lookup(l1i_.sought(pa, va, side_), false)) return true;
    if (!takes_over(l1i_, pa)) return false;
    l1i_.drop(pa);
    place_code(pa, va);
    return true;
}

u32 CoreModel::fetch(u64 pa, u64 va, u32 bytes, u64 now) {
    u32 cost = 0;
    const u32 line = l1i_.line_size();
    for (u64 at = pa & ~u64{line - 1}; at < pa + bytes; at += line) {
        const u64 at_va = va + at - pa;
        if (in_l1i(at, at_va)) {
            if (const Fill* fill = on_its_way(of_code(l1i_.line_of(at)), now + cost))
                cost += add(fill->beyond_l2 ? Stall::memory : Stall::fetch,
                            static_cast<u32>(fill->complete - (now + cost)));
            continue;
        }
        ++stats_.l1i_misses;
        place_code(at, at_va);
        const Answer answer = from_l2(at);
        cost += add(answer.beyond_l2 ? Stall::memory : Stall::fetch, answer.latency);
    }
    return cost;
}

u32 CoreModel::fetch_uncached(u64 pa, u32 bytes) {
    const u64 lines = l1i_.line_of(pa + bytes - 1) - l1i_.line_of(pa) + 1;
    const u32 each = p_.free.has(FreePart::uncached) ? 0 : p_.l2_latency + memory_ticks_;
    const u32 cost = add(Stall::memory, static_cast<u32>(lines * each));
    event(MemoryEvent::uncached_code, MemoryEvent::uncached_code_ticks, cost);
    return cost;
}

bool CoreModel::in_l1d(const Cache::Sought& line, u64 pa, bool write) {
    bool here = l1d_.lookup(line, write);
    if (!here && takes_over(l1d_, pa)) {
        place(line, pa, write);
        here = true;
    }
    filter_loses(l1d_.demoted());
    return here;
}

u32 CoreModel::access(u64 pa, u64 va, bool write, const isa::Op* op, Moment now) {
    const u64 line = l1d_.line_of(pa);
    const Cache::Sought sought = l1d_.sought(pa, va, side_);
    const bool here = in_l1d(sought, pa, write);
    if (translated_ && p_.out_of_order && (here || write)) hide_translation(now.ticks - issued_at(op, now));
    const Fill* coming = here ? on_its_way(line, now.ticks + p_.l1d_latency) : nullptr;
    const u32 cost = here ? hit(pa, write, coming, op, now) : miss(sought, pa, write, op, now);
    settled_ = (here && !coming) || !on_its_way(line, now.ticks + cost + p_.l1d_latency);
    return cost;
}

u32 CoreModel::hit(u64 pa, bool write, const Fill* coming, const isa::Op* op, Moment now) {
    // The others must have lost the line before it changes. Data are here already: the way there and back.
    if (write && cluster_ && cluster_->ask(*this, pa, true) != Cluster::Found::nothing)
        return store_miss(l1d_.line_of(pa), cached({p_.l2_latency, false}), op, now);
    return coming && !write ? wait_for(coming->complete, coming->beyond_l2, op, now, now.ticks) : 0;
}

u32 CoreModel::miss(const Cache::Sought& sought, u64 pa, bool write, const isa::Op* op, Moment now) {
    ++stats_.l1d_misses;
    l2_.prefetch(l2_.sought(pa, pa, side_));
    place(sought, pa, write);
    const Answer answer = from_l2(pa, write);
    const u64 line = l1d_.line_of(pa);
    return write ? store_miss(line, answer, op, now) : load_miss(line, answer, op, now);
}

u32 CoreModel::uncached(u64 pa, mmu::Cacheability memory, bool write, const isa::Op* op, Moment now) {
    settled_ = false;
    Answer answer{p_.l2_latency + memory_ticks_, true};
    if (p_.l2_by_outer && memory.outer) answer = look_up_l2(pa);
    u32 cost = 0;
    if (!p_.free.has(FreePart::uncached))
        cost = write ? store_miss(l1d_.line_of(pa), answer, op, now)
                     : add(answer.beyond_l2 ? Stall::memory : Stall::data, answer.latency);
    event(MemoryEvent::uncached, MemoryEvent::uncached_ticks, cost);
    return cost;
}

// --- hints

u32 CoreModel::preload(u64 pa, u64 va, isa::Preload what, Moment now) {
    if (what == isa::Preload::instruction) return preload_code(pa, va, now.ticks);
    const Cache::Sought sought = l1d_.sought(pa, va, side_);
    if (in_l1d(sought, pa, false)) return 0;
    ++stats_.l1d_misses;
    place(sought, pa, false);
    const Answer answer = from_l2(pa);
    if (answer.latency == 0) return 0;
    const u64 begin = room_for_fill(now.ticks);
    send_for(l1d_.line_of(pa), answer, begin);
    return add(answer.beyond_l2 ? Stall::memory : Stall::data, static_cast<u32>(begin - now.ticks));
}

u32 CoreModel::preload_code(u64 pa, u64 va, u64 now) {
    if (p_.preload_code == PreloadCode::nowhere || in_l1i(pa, va)) return 0;
    const Answer answer = from_l2(pa);
    if (p_.preload_code == PreloadCode::l1i) {
        ++stats_.l1i_misses;
        place_code(pa, va);
    } else if (!answer.beyond_l2) {
        return 0;
    }
    if (answer.latency == 0) return 0;
    const u64 begin = room_for_fill(now);
    send_for(of_code(l1i_.line_of(pa)), answer, begin);
    return add(answer.beyond_l2 ? Stall::memory : Stall::fetch, static_cast<u32>(begin - now));
}

}  // namespace vtoll::core
