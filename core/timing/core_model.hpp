// SPDX-License-Identifier: Apache-2.0
// A core's memory system and front end as the run loop drives them: every call says what happened and returns the
// cycles it cost beyond what the block's price holds, having added them to the stall totals.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/seam/memory_events.hpp"
#include "core/seam/stall.hpp"
#include "core/timing/cache.hpp"
#include "core/timing/cluster.hpp"
#include "core/timing/core_profile.hpp"
#include "core/timing/predictor.hpp"
#include "isa/env.hpp"
#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"
#include "mmu/walk.hpp"

namespace vtoll::core {

/// Fully associative, replaced round robin, so that hits need not be seen.
class MicroTlb {
public:
    static constexpr u64 none = ~u64{0};

    explicit MicroTlb(unsigned entries) : order_(entries, none) {}
    bool contains(u64 tag) const { return std::ranges::find(order_, tag) != order_.end(); }
    /// A tag that is not there. Returns the one that made room, or none.
    u64 insert(u64 tag) {
        const u64 out = std::exchange(order_[next_], tag);
        if (++next_ == order_.size()) next_ = 0;
        return out;
    }
    void drop_all() { std::fill(order_.begin(), order_.end(), none); }

private:
    std::vector<u64> order_;
    std::size_t next_ = 0;
};

/// The moment of an access: what out-of-order overlap and the store buffer are decided by.
struct Moment {
    u64 ticks = 0;
    u64 insns = 0;
};

struct CoreStatistics {
    u64 l1i_misses = 0, l1d_misses = 0, l2_misses = 0, write_backs = 0;
    u64 micro_tlb_i_misses = 0, micro_tlb_d_misses = 0;
    u64 walks = 0, descriptors = 0;
};

class CoreModel {
public:
    /// `stalls` are the processor's running totals: every cost is added to one of them. `cluster`: the one that it is
    /// a core of, which outlives it; nullptr: it is alone, and L2 its own.
    CoreModel(const CoreProfile& profile, u64 clock_hz, StallTotals& stalls, const Placement& placement = Placement(),
              Cluster* cluster = nullptr);
    CoreModel(const CoreModel&) = delete;
    CoreModel& operator=(const CoreModel&) = delete;

    const CoreProfile& profile() const { return p_; }
    const CoreStatistics& statistics() const { return stats_; }
    const Predictor& predictor() const { return predictor_; }

    /// Where events are counted from now on; nobody counts them before.
    void count_events(MemoryEvents& events) { events_ = &events; }

    /// Where exits displace nothing of the guest's (FreePart::refill): who runs from here on.
    bool exits_apart() const { return aside_.has_value(); }
    void stand(Side side);

    /// The L0 filter in front: lines that leave L1D leave it.
    void serve(isa::L0Entry* filter) { filter_ = filter; }

    /// Changes whenever a line leaves L1I: a block that found its lines at this epoch has them still.
    const u32& fetch_epoch() const { return fetch_epoch_; }
    u32 fetch(u64 pa, u64 va, u32 bytes, u64 now);
    /// Code that L1I may not hold: line by line, each time it is come to.
    u32 fetch_uncached(u64 pa, u32 bytes);
    /// Whether L1I serves each privilege level: SCTLR.I and HSCTLR.I, where the profile says that they matter.
    void set_code_cached(bool guest, bool hyp) {
        if (!p_.l1i_obeys) return;
        if (guest != code_cached_[1] || hyp != code_cached_[2]) ++fetch_epoch_;
        code_cached_ = {guest, guest, hyp};
    }
    bool code_cached(isa::Privilege pl) const { return code_cached_[static_cast<std::size_t>(pl)]; }

    u32 load(u64 pa, u64 va, const isa::Op* op, Moment now) { return access(pa, va, false, op, now); }
    u32 store(u64 pa, u64 va, const isa::Op* op, Moment now) { return access(pa, va, true, op, now); }
    /// A hit of L1D that costs nothing. `again`: nor would the next, and this one has changed nothing, not even the
    /// order of use.
    enum class AtOnce : u8 { no, yes, again };
    /// A load or store of what L1D has, if it costs nothing. No: it may cost something, and nothing has been done.
    /// `earliest`: the access is made no earlier than that; `exact()` tells when.
    template <class Exact>
    AtOnce hit_at_once(u64 pa, u64 va, bool write, u64 earliest, Exact exact) {
        if (write && cluster_) return AtOnce::no;
        const Cache::Sought sought = l1d_.sought(pa, va, side_);
        const u64 at = l1d_.way_of(sought);
        if (at == Cache::none) return AtOnce::no;
        const bool coming =
            earliest + p_.l1d_latency < fills_end_ && on_its_way(l1d_.line_of(pa), exact() + p_.l1d_latency) != nullptr;
        if (coming && !write) return AtOnce::no;
        if (l1d_.hit(sought, at, write)) return coming ? AtOnce::yes : AtOnce::again;
        filter_loses(l1d_.demoted());
        return AtOnce::yes;
    }
    /// Access to memory that L1 doesn't serve.
    u32 uncached(u64 pa, mmu::Cacheability memory, bool write, const isa::Op* op, Moment now);
    /// PLD, PLDW, PLI: the line is sent for. The cost is the wait for a buffer that will take it.
    u32 preload(u64 pa, u64 va, isa::Preload what, Moment now);
    /// More accesses to the line of the last one would find it in L1 and change nothing: a filter may serve them.
    bool settled() const { return settled_; }
    /// It does, in `slot`, which it loses when the line leaves L1D or is no longer the one used last of an LRU set.
    void filtered(std::size_t slot) {
        const Cache::Kept before = l1d_.kept_by_filter(static_cast<u16>(slot));
        if (before.slot != slot) filter_loses(before);
        kept_of_[slot] = before.at;
    }

    /// An access begins: what was translated before is another's.
    void begin_access() { translated_ = hidden_ = 0; }
    /// Of the ticks that the translation of the newest load or store cost, those that an out-of-order core spent beside
    /// what is in front of it.
    u32 hidden() const { return hidden_; }
    /// Translation of a page: `tag` names page and context. `walk`: descriptors read, nullptr when the main TLB hit.
    /// `fresh`: whoever remembers what the micro TLB's entries say remembers none for it.
    u32 translate_data(u64 tag, const mmu::Walk* walk, bool fresh = false);
    u32 translate_fetch(u64 tag, const mmu::Walk* walk, bool fresh = false);
    /// The page that left its micro TLB for that of the latest translate_data() or translate_fetch(); MicroTlb::none:
    /// there was room. To be asked after each: its translation, and the filter's entries by it, are to be forgotten.
    u64 page_left() { return std::exchange(page_left_, MicroTlb::none); }
    /// The access faulted: what finding that out took, if it took a walk.
    u32 translation_failed(const mmu::Walk* walk) { return walk ? translate(walk) : 0; }
    void tlb_maintained();

    u32 branch(u32 pc, BranchKind kind, bool taken, u32 target, u32 next) {
        const Prediction made = predictor_.resolve(pc, kind, taken, target, next);
        return add(Stall::mispredict, branch_ticks_[taken][static_cast<std::size_t>(made)]);
    }
    /// Maintenance of caches and predictors (maintenance.cpp). `at`: what a virtual address is translated to, 0 when it
    /// maps nothing; `operand`: the register's value; `actlr`: bits there decide about predictors on some cores.
    u32 maintain(isa::CacheOp op, u32 operand, u64 at, u32 actlr, Moment now);
    /// What another processor's maintenance does here. What is written back for it is not this core's time.
    void maintain_for_other(isa::CacheOp op, u32 operand, u64 at, u32 actlr);

    // --- devices (devices.cpp)
    /// `posted`: a write that the pipeline leaves to a buffer; one to Strongly-ordered memory is none.
    enum class DeviceAccess : u8 { read, write, posted_write };
    u32 device(DevicePath path, DeviceAccess what, Moment now);

    // --- system operations and exceptions (system.cpp). What of them is the same every time is in the block's price
    /// DSB, DMB: what is outstanding.
    u32 barrier(isa::SystemCost what, Moment now);
    /// From now on a DSB waits for it.
    void tlb_operation(bool broadcast, Moment now);
    u32 exception_entry(bool to_hyp) { return add(Stall::exception, p_.of_entry(to_hyp)); }
    u32 exception_return() { return add(Stall::exception, p_.of_return()); }

    /// Another core of the cluster wants the line of `pa`; with `take`, to write to it.
    Cluster::Found snooped(u64 pa, bool take);

private:
    // --- lines.cpp
    /// Who answered, and how long the first word takes from there; 0: as if L1 had it.
    struct Answer {
        u32 latency = 0;
        bool beyond_l2 = false;
    };
    /// A line on its way into L1.
    struct Fill {
        u64 line = Cache::none;
        u64 ready = 0, complete = 0;  ///< the word that was asked for, and the rest
        bool beyond_l2 = false;
    };
    u32 access(u64 pa, u64 va, bool write, const isa::Op* op, Moment now);
    /// `coming`: the line is there, but not all of it has come; nullptr: it has.
    u32 hit(u64 pa, bool write, const Fill* coming, const isa::Op* op, Moment now);
    u32 miss(const Cache::Sought& sought, u64 pa, bool write, const isa::Op* op, Moment now);
    /// Looks a line up in L1D, which uses it if it is there: the filter loses the one used last before.
    bool in_l1d(const Cache::Sought& line, u64 pa, bool write);
    /// A line that L1 doesn't hold, `to_write` or not. Every fill of an L1 cache comes through here.
    Answer from_l2(u64 pa, bool to_write = false) { return cached(look_up_l2(pa, to_write)); }
    Answer look_up_l2(u64 pa, bool to_write = false);
    bool in_l2(const Cache::Sought& line, u64 pa, bool write);
    void write_to_l2(u64 pa);
    /// A line that an exit brought in is there for the guest, and its own from now on.
    bool takes_over(const Cache& cache, u64 pa) const { return side_ == Side::guest && cache.brought_by_exit(pa); }
    bool in_l1i(u64 pa, u64 va);
    void place_code(u64 pa, u64 va);
    /// What caches answer costs nothing beside a hit of L1 where they are free.
    Answer cached(Answer answer) const { return p_.free.has(FreePart::caches) ? Answer() : answer; }
    /// The line of `pa` gets its place in L1D, and what was there leaves it.
    void place(const Cache::Sought& line, u64 pa, bool write);
    /// The line that is or was at a place of L1D, unless its slot of the filter has another's by now.
    void filter_loses(Cache::Kept line) {
        if (line.slot == Cache::no_slot || kept_of_[line.slot] != line.at) return;
        filter_[line.slot].read_tag = filter_[line.slot].write_tag = isa::L0Entry::no_tag;
    }
    void write_back(const Cache::Victim& victim);
    /// The line of `pa`, which L1D has, is clean then, or gone. Returns whether it was dirty.
    bool clean_l1d(u64 pa, bool invalidate);
    u32 preload_code(u64 pa, u64 va, u64 now);

    // --- outstanding.cpp
    u32 load_miss(u64 line, Answer answer, const isa::Op* op, Moment now);
    u32 store_miss(u64 line, Answer answer, const isa::Op* op, Moment now);
    bool writes_whole_lines(u64 line, const isa::Op* op, Moment now) const;
    /// What a load waits for data that come at `ready`; `issued`: when it could start.
    u32 wait_for(u64 ready, bool beyond_l2, const isa::Op* op, Moment now, u64 issued);
    /// When the access at `now` was issued, which may have been in the shadow of a miss before it.
    u64 issued_at(const isa::Op* op, Moment now) const;
    /// The buffer that takes the next line.
    std::size_t first_complete() const;
    /// From when on, `at` at the earliest, there is a buffer for another line.
    u64 room_for_fill(u64 at) const;
    /// Sends for a line at `at`, or as soon as a buffer and the level that has it are free.
    const Fill& send_for(u64 line, Answer answer, u64 at);
    /// The fill of `line` that `now` is too early for; nullptr: it is all there.
    const Fill* on_its_way(u64 line, u64 now) const { return now < fills_end_ ? fill_of(line, now) : nullptr; }
    const Fill* fill_of(u64 line, u64 now) const;
    void from_memory(Fill& fill, u32 latency, u64 at);

    // --- translation.cpp
    /// A page's entry may have left one side's micro TLB and be in the other's still.
    bool held(const MicroTlb& tlb, u64 tag, bool fresh) const { return (!fresh || aside_) && tlb.contains(tag); }
    void hide_translation(u64 ticks);
    u32 translate(const mmu::Walk* walk);
    u32 descriptor(const mmu::Descriptor& d);

    void event(MemoryEvent what, MemoryEvent ticks, u64 amount) {
        if (!events_) return;
        events_->add(what);
        events_->add(ticks, amount);
    }
    u32 add(Stall s, u32 ticks) {
        stalls_[static_cast<std::size_t>(s)] += ticks;
        return ticks;
    }

    // --- maintenance.cpp
    enum class Written : u8 { nothing, to_l2, to_memory };
    Written maintain_line(isa::CacheOp op, u64 pa, unsigned levels);
    Written maintain_set_way(isa::CacheOp op, u32 operand);
    Written maintain_way(isa::CacheOp op, u64 pa, unsigned level);
    void maintain_instructions(isa::CacheOp op, u64 at, u32 actlr);
    void maintain_predictor(isa::CacheOp op, u32 operand, u32 actlr);
    void forget_branches();
    u32 drain(u64 ticks, Moment now);

    const CoreProfile p_;
    u32 memory_ticks_, interval_ticks_, stream_ticks_, write_ticks_, rest_ticks_;
    Cache l1i_, l1d_;
    Cluster* const cluster_;
    std::optional<Cache> own_l2_;  ///< of a core that is alone
    Cache& l2_;
    MicroTlb micro_i_, micro_d_;
    Predictor predictor_;
    const std::array<std::array<u32, 3>, 2> branch_ticks_;  ///< of a branch that is not taken, or is; by Prediction
    isa::L0Entry* filter_ = nullptr;
    std::array<u64, std::tuple_size_v<decltype(isa::CpuState::l0)>>
        kept_of_{};  ///< by slot of the filter: of which place of L1D
    StallTotals& stalls_;
    MemoryEvents* events_ = nullptr;
    CoreStatistics stats_;
    u32 fetch_epoch_ = 1;
    u64 page_left_ = MicroTlb::none;
    u32 translated_ = 0, hidden_ = 0;  ///< ticks of stage 1 for the access that is under way, and those hidden
    std::array<bool, 3> code_cached_{true, true, true};

    // Outstanding misses
    struct Shadow {
        u64 issued = 0;  ///< when the load that was waited for started
        u64 insns = 0;   ///< its instruction count
        u64 span = 0;    ///< instructions from it on that start before the wait
    };
    Shadow shadow_;
    u32 ahead_;                          ///< ticks by which loads of an out-of-order core start early
    u8 last_miss_rd_ = 0xff;             ///< register that the newest load miss filled
    u64 l2_free_ = 0, memory_free_ = 0;  ///< ticks from which they can serve another line
    bool settled_ = true;
    std::vector<Fill> fills_;       ///< for loads and hints
    u64 fills_end_ = 0;             ///< when the last of them is complete
    std::vector<u64> store_fills_;  ///< ticks at which lines for stores have come
    struct Stream {
        u64 line = Cache::none, ready = 0;  ///< line it expects next, and when that one is there
        bool up = true;
    };
    struct Prefetcher {
        explicit Prefetcher(unsigned count) : streams(count), recent(count, Cache::none) {}
        std::vector<Stream> streams;
        std::size_t next = 0;
        std::vector<u64> recent;  ///< lines of the last misses: a neighbour starts a stream
        std::size_t recent_next = 0;
    };
    Prefetcher prefetch_;
    u64 last_store_line_ = Cache::none, last_store_insns_ = 0;
    std::vector<u64> store_ends_;  ///< ticks at which store-buffer entries drain
    std::size_t store_next_ = 0;

    std::array<u32, device_paths> device_ticks_;   ///< of DeviceTiming::ns
    std::array<u64, device_paths> device_ends_{};  ///< ticks at which the last write on a path is answered
    std::vector<u64> posted_ends_;                 ///< the same of each posted write
    std::size_t posted_next_ = 0;
    u64 maintenance_end_ = 0;  ///< tick at which maintenance of TLBs is complete

    // Exits apart: what is not told apart line by line
    struct Aside {
        explicit Aside(const CoreProfile& p)
            : micro_i(p.micro_tlb_i), micro_d(p.micro_tlb_d), predictor(p), prefetch(p.streams) {}
        MicroTlb micro_i, micro_d;
        Predictor predictor;
        Prefetcher prefetch;
    };
    Side side_ = Side::guest;
    std::optional<Aside> aside_;  ///< of the side that does not run
};

}  // namespace vtoll::core
