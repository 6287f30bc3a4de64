// SPDX-License-Identifier: Apache-2.0
#include "core/timing/core_model.hpp"

#include <algorithm>
#include <cmath>

namespace vtoll::core {

namespace {
u32 ticks_of(double ns, u64 clock_hz) {
    return static_cast<u32>(std::lround(ns * static_cast<double>(clock_hz) * 1e-9));
}
}  // namespace

CoreModel::CoreModel(const CoreProfile& profile, u64 clock_hz, StallTotals& stalls)
    : p_(profile),
      memory_ticks_(ticks_of(profile.memory_ns, clock_hz)),
      interval_ticks_(ticks_of(profile.interval_ns, clock_hz)),
      stream_ticks_(ticks_of(profile.stream_ns, clock_hz)),
      write_ticks_(ticks_of(profile.write_ns, clock_hz)),
      l1i_(profile.l1i),
      l1d_(profile.l1d),
      l2_(profile.l2),
      micro_i_(profile.micro_tlb_i),
      micro_d_(profile.micro_tlb_d),
      predictor_(profile),
      stalls_(stalls),
      streams_(profile.streams),
      recent_(profile.streams, Cache::none),
      store_ends_(profile.store_buffer) {}

// --- lines

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

u32 CoreModel::data_line_maintained(u64 pa, bool invalidate) {
    const bool held = l1d_.contains(pa);
    if (held && invalidate && on_line_evicted) on_line_evicted(l1d_.line_of(pa));
    if (held) {
        const bool dirty = l1d_.drop(pa);
        if (!invalidate) l1d_.fill(pa, false);
        if (dirty) l2_.lookup(pa, true);
    }
    return 0;
}

void CoreModel::instruction_cache_maintained() {
    l1i_.drop_all();
    ++fetch_epoch_;
}

// --- translation

/// A nested walk is charged descriptor by descriptor.
u32 CoreModel::translate(const mmu::Walk* walk) {
    u32 cost = walk && p_.single_level ? 0 : add(Stall::walk_stage1, p_.micro_tlb_miss);
    if (!walk) return cost;
    ++stats_.walks;
    cost += add(Stall::walk_stage1, p_.walk_overhead);
    for (unsigned i = 0; i < walk->count; ++i) {
        const mmu::Descriptor& d = walk->descriptors[i];
        ++stats_.descriptors;
        u32 latency = p_.l1d_latency;
        if (!p_.walks_through_l1 || !l1d_.lookup(d.address, false)) {
            bool beyond_l2;
            latency = from_l2(d.address, beyond_l2);
            if (p_.walks_through_l1) {
                const Cache::Victim victim = l1d_.fill(d.address, false);
                if (victim.line != Cache::none && on_line_evicted) on_line_evicted(victim.line);
                write_back(victim, l1d_.line_size());
            }
        }
        cost += add(d.stage == 2 ? Stall::walk_stage2 : Stall::walk_stage1, latency);
    }
    return cost;
}

u32 CoreModel::translate_data(u64 tag, const mmu::Walk* walk) {
    if (micro_d_.contains(tag) && !walk) return 0;
    ++stats_.micro_tlb_d_misses;
    if (!micro_d_.contains(tag)) {
        const u64 out = micro_d_.insert(tag);
        if (out != ~u64{0} && on_data_page_evicted) on_data_page_evicted(out);
    }
    return translate(walk);
}

u32 CoreModel::translate_fetch(u64 tag, const mmu::Walk* walk) {
    if (micro_i_.contains(tag) && !walk) return 0;
    ++stats_.micro_tlb_i_misses;
    if (!micro_i_.contains(tag)) {
        const u64 out = micro_i_.insert(tag);
        if (out != ~u64{0} && on_fetch_page_evicted) on_fetch_page_evicted(out);
    }
    return translate(walk);
}

void CoreModel::tlb_maintained() {
    micro_i_.drop_all();
    micro_d_.drop_all();
}

// --- front end and events

u32 CoreModel::event(CostEvent e) {
    const bool device = e == CostEvent::device_read || e == CostEvent::device_write;
    return add(device ? Stall::device : Stall::exception, p_.event(e));
}

}  // namespace vtoll::core
