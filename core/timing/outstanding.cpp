// SPDX-License-Identifier: Apache-2.0
// How long a miss is waited for: what runs beside it, and how fast L2 and memory deliver lines.
#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

namespace {
/// The one of several times that comes first, of equals the one in front. Which it is, the host can't foresee: no
/// branch depends on it.
template <class Things, class Time>
std::size_t earliest(const Things& things, Time time) {
    std::size_t at = 0;
    u64 best = time(things[0]);
    for (std::size_t i = 1; i < things.size(); ++i) {
        const u64 other = time(things[i]);
        const bool sooner = other < best;
        best = sooner ? other : best;
        at = sooner ? i : at;
    }
    return at;
}
}  // namespace

// --- lines on their way

std::size_t CoreModel::first_complete() const {
    return earliest(fills_, [](const Fill& fill) { return fill.complete; });
}

u64 CoreModel::room_for_fill(u64 at) const { return std::max(at, fills_[first_complete()].complete); }

const CoreModel::Fill* CoreModel::fill_of(u64 line, u64 now) const {
    for (const Fill& fill : fills_)
        if (fill.line == line && fill.complete > now) return &fill;
    return nullptr;
}

const CoreModel::Fill& CoreModel::send_for(u64 line, Answer answer, u64 at) {
    Fill& fill = fills_[first_complete()];
    at = std::max(at, fill.complete);
    fill.line = line;
    fill.beyond_l2 = answer.beyond_l2;
    if (answer.beyond_l2) {
        from_memory(fill, answer.latency, at);
    } else {
        const u64 start = std::max(at, l2_free_);
        l2_free_ = start + p_.l2_interval;
        fill.ready = fill.complete = start + answer.latency;
    }
    fills_end_ = std::max(fills_end_, fill.complete);
    return fill;
}

/// Sequential lines come from the prefetcher: `latency` shrinks to what is left of theirs.
void CoreModel::from_memory(Fill& fill, u32 latency, u64 at) {
    const u64 line = fill.line;
    for (Stream& stream : prefetch_.streams) {
        if (stream.line != line) continue;
        fill.ready = fill.complete = std::max(stream.ready, at) + std::min(latency, p_.l2_latency);
        memory_free_ = std::max({stream.ready, at, memory_free_}) + stream_ticks_;
        stream = {stream.up ? line + 1 : line - 1, memory_free_, stream.up};
        return;
    }
    const u64 start = std::max(at, memory_free_);
    memory_free_ = start + interval_ticks_;
    fill.ready = start + latency;
    fill.complete = fill.ready + rest_ticks_;
    auto& [streams, next, recent, recent_next] = prefetch_;
    if (streams.empty()) return;
    bool after = false, before = false;
    for (const u64 other : recent) {
        after |= other == line - 1;
        before |= other == line + 1;
    }
    if (after || before) {
        streams[next] = {after ? line + 1 : line - 1, fill.ready + stream_ticks_, after};
        if (++next == streams.size()) next = 0;
    }
    recent[recent_next] = line;
    if (++recent_next == recent.size()) recent_next = 0;
}

// --- loads

/// An out-of-order core starts loads as early as its window reaches ahead, unless the address comes late. In the shadow
/// of a load that is waited for, those behind it have started already: as many as the window holds, or those in front
/// of the instruction that needs the value; but none whose address is made of it.
u64 CoreModel::issued_at(const isa::Op* op, Moment now) const {
    const unsigned source = op && p_.out_of_order ? isa::source_distance(*op) : 0;
    const u64 since = now.insns - shadow_.insns;
    const bool in_shadow = since < shadow_.span;
    if (op && (op->rn == last_miss_rd_ || (in_shadow && source && since >= source))) return now.ticks;
    const u64 ahead = op && p_.out_of_order && isa::comes_late(*op) ? 0 : ahead_;
    const u64 at = now.ticks - std::min(ahead, now.ticks);
    return in_shadow ? std::min(at, shadow_.issued + since / p_.width) : at;
}

u32 CoreModel::load_miss(u64 line, Answer answer, const isa::Op* op, Moment now) {
    if (answer.latency == 0) return 0;
    const u64 issued = issued_at(op, now);
    const Fill& fill = send_for(line, answer, issued);
    return wait_for(fill.ready, answer.beyond_l2, op, now, issued);
}

u32 CoreModel::wait_for(u64 ready, bool beyond_l2, const isa::Op* op, Moment now, u64 issued) {
    u64 patience = p_.l1d_latency, span = p_.out_of_order ? p_.window : 0;
    if (p_.stall_on_use && op) {
        const u32 distance = isa::load_distance(*op);
        span = distance;
        patience = std::max<u64>(patience, distance / p_.width);
    }
    const u64 due = now.ticks + patience;
    const u32 cost = ready > due ? static_cast<u32>(ready - due) : 0;
    if (cost) shadow_ = {issued, now.insns, span};
    last_miss_rd_ = op ? op->rd : 0xff;
    return add(beyond_l2 ? Stall::memory : Stall::data, cost);
}

// --- stores

/// Since the miss on the line before, instructions of this one's kind could have written all of that.
bool CoreModel::writes_whole_lines(u64 line, const isa::Op* op, Moment now) const {
    const bool doublewords = op && (op->cls == isa::CostClass::vfp_store || op->cls == isa::CostClass::neon_store);
    const u64 bytes = (doublewords ? 8u : 4u) * (op ? std::max<u8>(op->units, 1) : 1u);
    return line == last_store_line_ + 1 && (now.insns - last_store_insns_) * bytes >= l1d_.line_size();
}

/// Stores retire into a buffer; only a full buffer stops the pipeline. Lines that are written one after the other leave
/// it whole; others are fetched first.
u32 CoreModel::store_miss(u64 line, Answer answer, const isa::Op* op, Moment now) {
    if (answer.latency == 0) return 0;
    u64& entry = store_ends_[store_next_];
    const u32 wait = entry > now.ticks ? static_cast<u32>(entry - now.ticks) : 0;
    u64 start = now.ticks + wait;
    if (writes_whole_lines(line, op, now)) {
        u64& free = answer.beyond_l2 ? memory_free_ : l2_free_;
        entry = free = std::max(start, free) + (answer.beyond_l2 ? write_ticks_ : p_.l2_interval);
    } else {
        u64& buffer = store_fills_[earliest(store_fills_, [](u64 complete) { return complete; })];
        start = std::max({start, buffer, answer.beyond_l2 ? memory_free_ : l2_free_});
        if (answer.beyond_l2) memory_free_ = start + std::max(interval_ticks_, write_ticks_);
        else l2_free_ = start + p_.l2_interval;
        buffer = entry = start + answer.latency;
    }
    last_store_line_ = line;
    last_store_insns_ = now.insns;
    if (++store_next_ == store_ends_.size()) store_next_ = 0;
    return add(Stall::data, wait);
}

}  // namespace vtoll::core
