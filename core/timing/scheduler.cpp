// SPDX-License-Identifier: Apache-2.0
#include "core/timing/scheduler.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace vtoll::core {

namespace {

/// The time of the latest member of `set`.
template <std::size_t N>
u64 latest(const std::array<u64, N>& ready, u32 set) {
    u64 t = 0;
    for (; set; set &= set - 1) t = std::max(t, ready[static_cast<unsigned>(std::countr_zero(set))]);
    return t;
}
template <std::size_t N>
void set_all(std::array<u64, N>& ready, u32 set, u64 at) {
    for (; set; set &= set - 1) ready[static_cast<unsigned>(std::countr_zero(set))] = at;
}

/// Cycles at which register values are ready: to any consumer, and to one that needs them late.
struct Scoreboard {
    std::array<u64, 16> core{}, core_late{};
    std::array<u64, 32> ext{};
    std::array<u64, isa::flag::count> flags{};

    u64 early(const Scheduled& x, bool wait_for_flags) const {
        return std::max(latest(core, x.early), wait_for_flags ? latest(flags, x.flags_in) : 0);
    }
    u64 late(const Scheduled& x) const { return std::max(latest(core_late, x.late), latest(ext, x.ext_in)); }
    /// `at`: issue. A base register is updated by the address adder, long before the data come.
    void produce(const Scheduled& x, u64 at, u64 latency, u64 forward) {
        const u32 data = x.core_out & ~x.base_out;
        set_all(core, data, at + latency);
        set_all(core_late, data, at + forward);
        set_all(core, x.base_out, at + 1);
        set_all(core_late, x.base_out, at + 1);
        set_all(ext, x.ext_out, at + latency);
        set_all(flags, x.flags_out & ~isa::flag::fp_nzcv, at + forward);
        set_all(flags, x.flags_out & isa::flag::fp_nzcv, at + latency);
    }
};

struct Demand {
    u64 latency, forward, busy;
};

Demand demand_of(const ClassTiming& t, const Scheduled& x) {
    const unsigned beats = (x.units + t.units_per_cycle - 1u) / t.units_per_cycle;
    const unsigned more = beats > 1 ? beats - 1 : 0;
    const unsigned shift = x.shifted ? t.shifted : 0, wide = x.wide ? t.wide : 0;
    const unsigned per_unit = more * t.latency_per_unit;
    return {u64{t.latency} + per_unit + shift + wide, u64{t.forward} + per_unit + shift + wide,
            std::max<u64>(1, u64{t.busy} + more * t.busy_per_unit + (x.wide ? t.busy_wide : 0))};
}

bool is_memory(isa::CostClass c) {
    using enum isa::CostClass;
    return c == load || c == load_multiple || c == store || c == store_multiple || c == vfp_load || c == vfp_store ||
           c == neon_load || c == neon_store || c == exclusive || c == branch_load;
}

bool is_store(isa::CostClass c) {
    using enum isa::CostClass;
    return c == store || c == store_multiple || c == vfp_store || c == neon_store;
}

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

class Pipeline {
public:
    explicit Pipeline(const CoreProfile& p) : p_(p), pool_(p) {
        if (p.out_of_order) commits_.assign(p.window, 0);
    }

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
        const ClassTiming& t = p_.of(x.cls);
        const Demand d = demand_of(t, x);
        u64 at = std::max({cycle_, board_.early(x, waits_for_flags(x.cls)), board_.late(x), pool_.first_free(t.unit)});
        if (t.serialise) at = std::max(at, all_done_);
        if (at > cycle_) slots_ = 0;
        if (!may_join(x, t)) {
            ++at;
            slots_ = 0;
        }
        cycle_ = at;
        ++slots_;
        alone_ = t.alone;
        pool_.first_free(t.unit) = at + d.busy;
        finish(x, at, d);
        if (t.serialise) {
            cycle_ = at + d.latency;
            slots_ = 0;
            alone_ = false;
            return cycle_;
        }
        return cycle_ + 1;
    }

    u64 feed_out_of_order(const Scheduled& x) {
        const ClassTiming& t = p_.of(x.cls);
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
        const u64 data = board_.late(x);
        u64 at = std::max({dispatch, board_.early(x, true), unit});
        if (!is_store(x.cls)) at = std::max(at, data);
        unit = at + d.busy;
        finish(x, at, d);
        commit_ = std::max({commit_, data, at + (is_memory(x.cls) ? 1 : d.latency)});
        commits_[head_] = commit_;
        head_ = (head_ + 1) % commits_.size();
        if (t.serialise) {
            cycle_ = at + d.latency;
            slots_ = 0;
        }
        return std::max(commit_, cycle_);
    }

    void finish(const Scheduled& x, u64 at, const Demand& d) {
        board_.produce(x, at, d.latency, d.forward);
        all_done_ = std::max(all_done_, at + d.latency);
    }

    const CoreProfile& p_;
    Pool pool_;
    Scoreboard board_;
    u64 cycle_ = 0, all_done_ = 0, commit_ = 0;
    unsigned slots_ = 0;
    bool alone_ = false;
    std::vector<u64> commits_;  ///< ring: when the instruction `window` before leaves
    std::size_t head_ = 0;
};

}  // namespace

Scheduled scheduled(const isa::Decoding& d) {
    using enum isa::CostClass;
    constexpr u16 no_pc = 0x7fff, waited_for = isa::flag::NZCV | isa::flag::GE | isa::flag::fp_nzcv;
    const isa::Roles& r = d.roles;
    Scheduled x;
    x.cls = d.cls;
    x.units = d.units;
    x.early = r.early & no_pc;
    x.late = r.late & ~r.early & no_pc;
    x.core_out = r.writes & no_pc;
    x.base_out = r.base & no_pc;
    x.flags_in = r.flags_read & waited_for;
    x.flags_out = r.flags_written & waited_for;
    x.ext_in = r.ext_reads;
    x.ext_out = r.ext_writes;
    x.shifted = d.properties.shifted;
    x.immediate = (d.cls == alu || d.cls == move) &&
                  std::popcount(static_cast<unsigned>(r.reads() & no_pc)) <= (d.cls == move ? 2 : 1);
    x.wide = (d.cls == vfp_add || d.cls == vfp_mul || d.cls == vfp_div) && d.properties.double_precision;
    return x;
}

BlockPrice price_block(const CoreProfile& p, std::span<const Scheduled> block, std::span<u16> costs) {
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
        given = due;
    }
    return price;
}

}  // namespace vtoll::core
