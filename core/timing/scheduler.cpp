// SPDX-License-Identifier: Apache-2.0
#include "core/timing/scheduler.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace vtoll::core {

namespace {

template <std::size_t N>
void set_all(std::array<u64, N>& ready, u32 set, u64 at) {
    for (; set; set &= set - 1) ready[static_cast<unsigned>(std::countr_zero(set))] = at;
}

struct Demand {
    u64 latency, forward, busy;
    u64 to_core, to_core_late;  ///< latencies of core registers
    u64 accumulate;             ///< 0: accumulators are as other operands
    bool late;                  ///< extension registers are needed late
};

Demand demand_of(const ClassTiming& t, const Scheduled& x) {
    const unsigned beats = (x.units + t.units_per_cycle - 1u) / t.units_per_cycle;
    const unsigned more = beats > 1 ? beats - 1 : 0;
    const unsigned extra = more * t.latency_per_unit + (x.shifted ? t.shifted : 0) + (x.wide ? t.wide : 0);
    Demand d;
    d.latency = t.latency + extra;
    d.forward = t.forward + extra;
    d.busy = std::max<u64>(1, u64{t.busy} + more * t.busy_per_unit + (x.wide ? t.busy_wide : 0));
    d.to_core = t.to_core ? t.to_core : d.latency;
    d.to_core_late = t.to_core ? t.to_core : d.forward;
    d.accumulate = t.accumulate;
    d.late = t.late && !x.shifted;
    return d;
}

/// Cycles at which register values are ready: to any consumer, and to one that needs them late.
struct Scoreboard {
    std::array<u64, 16> core{}, core_late{};
    std::array<u64, 32> ext{}, ext_late{}, accumulator{};
    std::array<isa::CostClass, 32> accumulated_by{};
    std::array<u64, isa::flag::count> flags{};

    u64 early(const Scheduled& x, bool wait_for_flags) const {
        return std::max(latest(core, x.early), wait_for_flags ? latest(flags, x.flags_in) : 0);
    }
    u64 late(const Scheduled& x) const { return latest(core_late, x.late); }
    /// An accumulator is what an instruction reads and writes: one that follows its like has it sooner.
    u64 extension(const Scheduled& x, const Demand& d) const {
        u64 t = 0;
        for (u32 set = x.ext_in; set; set &= set - 1) {
            const auto r = static_cast<unsigned>(std::countr_zero(set));
            const bool sums = d.accumulate && x.ext_out >> r & 1 && accumulated_by[r] == x.cls;
            t = std::max(t, sums ? accumulator[r] : d.late ? ext_late[r] : ext[r]);
        }
        return t;
    }
    /// `at`: issue; `done`: where extension registers and what comes of them count from, the same unless they wait in a
    /// queue. A base register is updated by the address adder, long before the data come.
    void produce(const Scheduled& x, u64 at, u64 done, const Demand& d) {
        const u32 data = x.core_out & ~x.base_out;
        set_all(core, data, done + d.to_core);
        set_all(core_late, data, done + d.to_core_late);
        set_all(core, x.base_out, at + 1);
        set_all(core_late, x.base_out, at + 1);
        set_all(ext, x.ext_out, done + d.latency);
        set_all(ext_late, x.ext_out, done + d.forward);
        set_all(accumulator, x.ext_out, done + d.accumulate);
        for (u32 set = x.ext_out; set; set &= set - 1)
            accumulated_by[static_cast<unsigned>(std::countr_zero(set))] = x.cls;
        set_all(flags, x.flags_out & ~isa::flag::fp_nzcv, at + d.forward);
        set_all(flags, x.flags_out & isa::flag::fp_nzcv, done + d.latency);
    }
};

bool is_memory(isa::CostClass c) {
    using enum isa::CostClass;
    return c == load || c == load_multiple || c == store || c == store_multiple || c == vfp_load || c == vfp_store ||
           c == neon_load || c == neon_store || c == exclusive || c == branch_load;
}

bool is_store(isa::CostClass c) {
    using enum isa::CostClass;
    return c == store || c == store_multiple || c == vfp_store || c == neon_store;
}

/// Instructions on extension registers: what a core with a queue for them puts there.
bool is_simd(isa::CostClass c) { return c >= isa::CostClass::vfp_move && c != isa::CostClass::vfp_sysreg; }

/// Core registers read in each cycle of the recent past, for a core that has only so many read ports. What is forwarded
/// needs none.
class ReadPorts {
public:
    explicit ReadPorts(unsigned ports) : ports_(ports) {}

    /// The first cycle from `at` on with `reads` ports free, which are taken.
    u64 take(u64 at, unsigned reads) {
        if (ports_ == 0 || reads == 0) return at;
        while (used(at) && used(at) + reads > ports_) ++at;
        cycles_[at % cycles_.size()] = {at, used(at) + reads};
        return at;
    }

private:
    struct Cycle {
        u64 at = ~u64{0};
        unsigned reads = 0;
    };
    unsigned used(u64 at) const {
        const Cycle& c = cycles_[at % cycles_.size()];
        return c.at == at ? c.reads : 0;
    }

    unsigned ports_;
    std::array<Cycle, 256> cycles_;
};

/// Units free again at these cycles; several copies of a unit are entries of their own.
struct Pool {
    std::array<std::vector<u64>, static_cast<std::size_t>(Unit::count)> free_at;

    explicit Pool(const CoreProfile& p) {
        for (std::size_t u = 0; u < free_at.size(); ++u) free_at[u].assign(std::max<u8>(1, p.units[u]), 0);
    }
    u64& first_free(Unit u) {
        auto& v = free_at[static_cast<std::size_t>(u)];
        return *std::min_element(v.begin(), v.end());
    }
};

const ClassTiming& timing_of(const CoreProfile& p, const Scheduled& x) {
    return x.system == isa::SystemCost::none ? p.of(x.cls) : p.of(x.system);
}

/// The part of the machine that a system operation is of; count: it is none.
FreePart part_of(const Scheduled& x) {
    using enum isa::SystemCost;
    using enum isa::CostClass;
    if (x.cls == isb || x.cls == wait) return FreePart::barriers;
    if (x.cls == psr_banked || x.cls == vfp_sysreg) return FreePart::system_registers;
    switch (x.system) {
    case isa::SystemCost::none: return FreePart::count;
    case dsb:
    case dsb_store:
    case dmb:
    case dmb_store: return FreePart::barriers;
    case cache_line:
    case cache_all:
    case predictor:
    case tlb_local:
    case tlb_broadcast: return FreePart::maintenance;
    default: return FreePart::system_registers;
    }
}

class Pipeline {
public:
    explicit Pipeline(const CoreProfile& p) : p_(p), pool_(p), ports_(p.read_ports), queue_(p.simd_queue) {
        if (p.out_of_order) commits_.assign(p.window, 0);
    }

    /// Cycles by which what was fed last had its operands before all that is in front of it had left, out-of-order
    /// only.
    u64 lead() const { return lead_; }
    /// Cycle up to which the machine is busy with what was fed.
    u64 feed(const Scheduled& x) { return p_.out_of_order ? feed_out_of_order(x) : feed_in_order(x); }

private:
    /// A predicted branch doesn't wait for the flags it will be checked against.
    static bool waits_for_flags(isa::CostClass c) { return c != isa::CostClass::branch; }

    bool may_join(const Scheduled& x, const ClassTiming& t) const {
        if (slots_ == 0) return true;
        if (slots_ >= p_.width || alone_ || t.alone || t.second == Second::never) return false;
        return t.second == Second::any || x.immediate;
    }

    u64 feed_in_order(const Scheduled& x) {
        const ClassTiming& t = timing_of(p_, x);
        const Demand d = demand_of(t, x);
        const bool queued = p_.simd_queue && is_simd(x.cls);
        u64 at = std::max({cycle_, board_.early(x, waits_for_flags(x.cls)), board_.late(x)});
        if (queued) at = std::max(at, queue_[queued_]);  // room in the queue
        else at = std::max(at, board_.extension(x, d));
        if (!queued || t.unit == Unit::memory) at = std::max(at, pool_.first_free(t.unit));
        if (t.serialise) at = std::max(at, all_done_);
        if (at > cycle_) slots_ = 0;
        if (!may_join(x, t)) {
            ++at;
            slots_ = 0;
        }
        cycle_ = t.alone ? at + d.busy - 1 : at;  // it goes through the issue stage again and again
        ++slots_;
        alone_ = t.alone;
        u64 start = at;
        if (queued) start = leave_queue(x, t, d, at);
        if (!queued || t.unit == Unit::memory) pool_.first_free(t.unit) = at + d.busy;
        finish(x, at, start, d);
        if (t.serialise) {
            cycle_ = at + d.latency + (t.refetch ? p_.refill : 0);
            slots_ = 0;
            alone_ = false;
            return cycle_;
        }
        return std::max(cycle_, start) + 1;
    }

    /// An instruction that issued at `at` starts behind the queue, in order: when its operands are there and its unit
    /// is free; what goes through memory takes the permuting unit there.
    u64 leave_queue(const Scheduled& x, const ClassTiming& t, const Demand& d, u64 at) {
        u64& unit = pool_.first_free(t.unit == Unit::memory ? Unit::permute : t.unit);
        const u64 start = std::max({at, last_start_, board_.extension(x, d), unit});
        unit = start + d.busy;
        last_start_ = queue_[queued_] = start;
        queued_ = (queued_ + 1) % queue_.size();
        return start;
    }

    u64 feed_out_of_order(const Scheduled& x) {
        const ClassTiming& t = timing_of(p_, x);
        const Demand d = demand_of(t, x);
        // Dispatch in order, `width` a cycle, when the window has room.
        u64 dispatch = std::max(cycle_, commits_[head_]);
        if (t.serialise) dispatch = std::max(dispatch, all_done_);
        if (dispatch > cycle_) slots_ = 0;
        if (slots_ >= p_.width) {
            ++dispatch;
            slots_ = 0;
        }
        cycle_ = dispatch;
        ++slots_;
        u64& unit = pool_.first_free(t.unit);
        // A store's address goes ahead of its data, which only its leaving waits for.
        const u64 data = std::max(board_.late(x), board_.extension(x, d));
        u64 ready = std::max(dispatch, board_.early(x, true));
        if (!is_store(x.cls)) ready = std::max(ready, data);
        u64 at = std::max(ready, unit);
        const bool shares = p_.shared_issue && (is_memory(x.cls) || is_simd(x.cls));
        if (shares) at = std::max(at, port_free_);
        at = ports_.take(at, reads_registers(x, at));
        if (shares) port_free_ = at + 1;
        unit = at + d.busy;
        finish(x, at, at, d);
        lead_ = commit_ > ready ? commit_ - ready : 0;
        commit_ = std::max({commit_, data, at + (is_memory(x.cls) ? 1 : d.latency)});
        commits_[head_] = commit_;
        head_ = (head_ + 1) % commits_.size();
        if (t.serialise) {
            cycle_ = at + d.latency + (t.refetch ? p_.refill : 0);
            slots_ = 0;
        }
        return std::max(commit_, cycle_);
    }

    /// Operands that come out of the register file at `at`: those that were not made in the cycle before.
    unsigned reads_registers(const Scheduled& x, u64 at) const {
        unsigned n = 0;
        for (u32 set = x.early | x.late; set; set &= set - 1) {
            const auto r = static_cast<unsigned>(std::countr_zero(set));
            n += (x.early >> r & 1 ? board_.core[r] : board_.core_late[r]) != at;
        }
        return n;
    }

    void finish(const Scheduled& x, u64 at, u64 start, const Demand& d) {
        board_.produce(x, at, start, d);
        all_done_ = std::max(all_done_, start + d.latency);
    }

    const CoreProfile& p_;
    Pool pool_;
    Scoreboard board_;
    ReadPorts ports_;
    u64 cycle_ = 0, all_done_ = 0, commit_ = 0, port_free_ = 0, last_start_ = 0, lead_ = 0;
    unsigned slots_ = 0;
    bool alone_ = false;
    std::vector<u64> commits_;  ///< ring: when the instruction `window` before leaves
    std::size_t head_ = 0;
    std::vector<u64> queue_;  ///< ring: when what was queued `simd_queue` before left
    std::size_t queued_ = 0;
};

}  // namespace

bool is_system(const Scheduled& x) { return part_of(x) != FreePart::count; }

Scheduled scheduled(const isa::Decoding& d, FreeParts free) {
    using enum isa::CostClass;
    constexpr u16 no_pc = 0x7fff, waited_for = isa::flag::NZCV | isa::flag::GE | isa::flag::fp_nzcv;
    const isa::Roles& r = d.roles;
    Scheduled x;
    x.cls = d.cls;
    x.system = d.properties.system;
    x.units = d.units;
    // A system operation with a condition stands where it seldom acts (Linux writes SCTLR at an entry if it is not as
    // it should be): it is priced as one that does not.
    if ((d.cond < 14 && x.system != isa::SystemCost::none) || free.has(part_of(x))) {
        x.cls = nop;
        x.system = isa::SystemCost::none;
    }
    x.early = r.early & no_pc;
    x.late = r.late & ~r.early & no_pc;
    x.core_out = r.writes & no_pc;
    x.base_out = r.base & no_pc;
    x.flags_in = r.flags_read & waited_for;
    x.flags_out = r.flags_written & waited_for;
    x.ext_in = r.ext_reads;
    x.ext_out = r.ext_writes;
    x.shifted = d.properties.shifted;
    x.immediate = (d.cls == alu || d.cls == move) && !x.shifted && !d.properties.only_shifts &&
                  std::popcount(static_cast<unsigned>(r.reads() & no_pc)) <= (d.cls == move ? 2 : 1);
    x.wide = (d.cls == vfp_add || d.cls == vfp_mul || d.cls == vfp_div) && d.properties.double_precision;
    return x;
}

BlockPrice price_block(const CoreProfile& p, std::span<const Scheduled> block, std::span<u16> costs,
                       std::span<u16> leads) {
    if (block.empty()) return {};
    // Enough copies for the window to fill; the second half of them is the steady state.
    const auto n = static_cast<unsigned>(block.size());
    const unsigned wanted = p.out_of_order ? std::max(4u, 2 * p.window / n + 2) : 4;
    const unsigned copies = wanted + wanted % 2;

    Pipeline pipeline(p);
    u64 half = 0, end = 0;
    std::vector<u64> share(n);
    for (unsigned c = 0; c < copies; ++c) {
        for (unsigned i = 0; i < n; ++i) {
            const u64 before = end;
            end = std::max(end, pipeline.feed(block[i]));
            if (!leads.empty()) leads[i] = static_cast<u16>(std::min<u64>(pipeline.lead(), 0xffff));
            if (c >= copies / 2) share[i] += end - before;
        }
        if (c + 1 == copies / 2) half = end;
    }
    const unsigned measured = copies - copies / 2;
    BlockPrice price;
    price.total = static_cast<u32>((end - half) * BlockPrice::scale / measured);
    price.issue = std::min(price.total, (n * BlockPrice::scale + p.width - 1) / p.width);

    // Whole cycles per instruction that sum to the whole cycles of the block.
    const u64 whole = price.total / BlockPrice::scale, span = std::max<u64>(1, end - half);
    u64 so_far = 0, given = 0;
    for (unsigned i = 0; i < n; ++i) {
        so_far += share[i];
        const u64 due = whole * so_far / span;
        costs[i] = static_cast<u16>(due - given);
        if (is_system(block[i])) price.system += costs[i];
        given = due;
    }
    return price;
}

}  // namespace vtoll::core
