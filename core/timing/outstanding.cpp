// SPDX-License-Identifier: Apache-2.0
// How long a miss is waited for: what runs beside it, and how fast L2 and memory deliver lines.
#include <algorithm>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

u32 CoreModel::memory_wait(u64 line, u32& latency, u64 now) {
    for (Stream& stream : streams_) {
        if (stream.line != line) continue;
        const u32 left = stream.ready > now ? static_cast<u32>(stream.ready - now) : 0;
        latency = std::min(latency, p_.l2_latency);
        memory_free_ = std::max({stream.ready, now, memory_free_}) + stream_ticks_;
        stream = {stream.up ? line + 1 : line - 1, memory_free_, stream.up};
        return left;
    }
    const u64 start = std::max(now, memory_free_);
    memory_free_ = start + interval_ticks_;
    if (!streams_.empty()) {
        const bool after = std::find(recent_.begin(), recent_.end(), line - 1) != recent_.end();
        const bool before = std::find(recent_.begin(), recent_.end(), line + 1) != recent_.end();
        if (after || before) {
            streams_[stream_next_] = {after ? line + 1 : line - 1, start + latency + stream_ticks_, after};
            stream_next_ = (stream_next_ + 1) % streams_.size();
        }
        recent_[recent_next_] = line;
        recent_next_ = (recent_next_ + 1) % recent_.size();
    }
    return static_cast<u32>(start - now);
}

/// In-order cores wait. Out-of-order cores hide what their window covers, unless the address came from the last miss:
/// then nothing could start early. Neither gets lines faster than L2 and memory deliver them.
u32 CoreModel::load_miss(u64 line, u32 latency, bool beyond_l2, const isa::Op* op, Moment now) {
    u32 wait = 0;
    if (beyond_l2) {
        wait = memory_wait(line, latency, now.ticks);
    } else {
        const u64 start = std::max(now.ticks, l2_free_);
        l2_free_ = start + p_.l2_interval;
        wait = static_cast<u32>(start - now.ticks);
    }
    u32 cost = latency - p_.l1d_latency;
    const bool dependent = op && op->rn == last_miss_rd_;
    if (!p_.out_of_order || dependent) {
        cost += wait;
        wait = 0;
    }
    if (p_.out_of_order) {
        const bool in_window = now.insns - last_miss_insn_ < p_.window;
        if (!dependent && beyond_l2 && in_window && overlapped_ + 1 < p_.outstanding) {
            ++overlapped_;  // its latency lies in the shadow of the miss that was charged in full
            cost = 0;
        } else if (!dependent) {
            const u32 covered = p_.window / p_.width;
            cost = cost > covered ? cost - covered : 0;
        }
        if (beyond_l2 && cost) {
            last_miss_insn_ = now.insns;
            overlapped_ = 0;
        }
    }
    last_miss_rd_ = op ? op->rd : 0xff;
    return add(beyond_l2 ? Stall::memory : Stall::data, std::max(cost, wait));
}

/// Stores retire into a buffer; only a full buffer stops the pipeline. Lines that are written one after the other go to
/// memory whole; others are fetched first.
u32 CoreModel::store_miss(u64 line, u32 latency, bool beyond_l2, Moment now) {
    u64& entry = store_ends_[store_next_];
    const u64 previous = store_ends_[(store_next_ + store_ends_.size() - 1) % store_ends_.size()];
    const u32 wait = entry > now.ticks ? static_cast<u32>(entry - now.ticks) : 0;
    const u64 ready = now.ticks + wait;
    if (beyond_l2) {
        const bool streams = line == last_store_line_ + 1;
        const u64 start = std::max(ready, memory_free_);
        memory_free_ = start + (streams ? write_ticks_ : std::max(interval_ticks_, write_ticks_));
        entry = streams ? memory_free_ : start + latency;
    } else {
        // The line fill of a store overlaps its predecessor's but for the transfer.
        entry = std::max(ready + latency, previous + p_.l2_interval);
    }
    last_store_line_ = line;
    store_next_ = (store_next_ + 1) % store_ends_.size();
    return add(Stall::data, wait);
}

u32 CoreModel::uncached(u64 pa, bool write, Moment now) {
    const u32 latency = p_.l2_latency + memory_ticks_;
    return write ? store_miss(l1d_.line_of(pa), latency, true, now) : add(Stall::memory, latency);
}

}  // namespace vtoll::core
