// SPDX-License-Identifier: Apache-2.0
#include "core/timing/scheduler.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace vtoll::core {

namespace {

/// Cycles at which register values are ready.
struct Scoreboard {
    std::array<u64, 16> core{};
    std::array<u64, 32> ext{};
    u64 flags = 0;

    u64 ready(const isa::RegisterUse& use) const {
        u64 t = use.flags_in ? flags : 0;
        for (u32 m = use.core_in; m; m &= m - 1) t = std::max(t, core[static_cast<unsigned>(std::countr_zero(m))]);
        for (u32 m = use.ext_in; m; m &= m - 1) t = std::max(t, ext[static_cast<unsigned>(std::countr_zero(m))]);
        return t;
    }
    void produce(const isa::RegisterUse& use, u64 at, u64 base_at) {
        // The base register of an access is updated by the address adder, long before the data come.
        for (u32 m = use.core_out; m; m &= m - 1) {
            const auto r = static_cast<unsigned>(std::countr_zero(m));
            core[r] = (use.core_in >> r) & 1 ? base_at : at;
        }
        for (u32 m = use.ext_out; m; m &= m - 1) ext[static_cast<unsigned>(std::countr_zero(m))] = at;
        if (use.flags_out) flags = base_at;
    }
};

struct Demand {
    u64 latency, busy;
};

Demand demand_of(const ClassTiming& t, unsigned units) {
    const unsigned more = units > 1 ? units - 1 : 0;
    return {u64{t.latency} + more * t.latency_per_unit, std::max<u64>(1, u64{t.busy} + more * t.busy_per_unit)};
}

bool is_memory(isa::CostClass c) {
    using enum isa::CostClass;
    return c == load || c == load_multiple || c == store || c == store_multiple || c == vfp_load || c == vfp_store ||
           c == neon_load || c == neon_store || c == exclusive;
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
    u64 feed_in_order(const Scheduled& x) {
        const ClassTiming& t = p_.of(x.cls);
        const Demand d = demand_of(t, x.units);
        u64 at = std::max({cycle_, board_.ready(x.use), pool_.first_free(t.unit)});
        if (t.serialise) at = std::max(at, all_done_);
        if (at > cycle_) slots_ = 0;
        if (slots_ >= p_.width || (t.alone && slots_ > 0) || alone_) {
            ++at;
            slots_ = 0;
        }
        cycle_ = at;
        ++slots_;
        alone_ = t.alone;
        pool_.first_free(t.unit) = at + d.busy;
        finish(x, t, at, d);
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
        const Demand d = demand_of(t, x.units);
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
        const u64 at = std::max({dispatch, board_.ready(x.use), unit});
        unit = at + d.busy;
        finish(x, t, at, d);
        commit_ = std::max(commit_, at + (is_memory(x.cls) ? 1 : d.latency));
        commits_[head_] = commit_;
        head_ = (head_ + 1) % commits_.size();
        if (t.serialise) {
            cycle_ = at + d.latency;
            slots_ = 0;
        }
        return std::max(commit_, cycle_);
    }

    void finish(const Scheduled& x, const ClassTiming&, u64 at, const Demand& d) {
        board_.produce(x.use, at + d.latency, at + (is_memory(x.cls) ? 1 : d.latency));
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
