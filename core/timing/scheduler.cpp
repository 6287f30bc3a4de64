// SPDX-License-Identifier: Apache-2.0
#include "core/timing/scheduler.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace vtoll::core {

namespace {

/// Cycles at which register values are ready: to any consumer, and to one that needs them late.
struct Scoreboard {
    std::array<u64, 16> core{}, core_late{};
    std::array<u64, 32> ext{};
    u64 flags = 0;

    u64 early(const Scheduled& x, bool wait_for_flags) const {
        u64 t = x.use.flags_in && wait_for_flags ? flags : 0;
        for (u32 m = x.use.core_in & ~x.late; m; m &= m - 1) t = std::max(t, core[index(m)]);
        return t;
    }
    u64 late(const Scheduled& x) const {
        u64 t = 0;
        for (u32 m = x.late; m; m &= m - 1) t = std::max(t, core_late[index(m)]);
        for (u32 m = x.use.ext_in; m; m &= m - 1) t = std::max(t, ext[index(m)]);
        return t;
    }
    static unsigned index(u32 mask) { return static_cast<unsigned>(std::countr_zero(mask)); }
    /// `at`: issue. A base register is updated by the address adder, long before the data come.
    void produce(const Scheduled& x, u64 at, u64 latency, u64 forward) {
        for (u32 m = x.use.core_out; m; m &= m - 1) {
            const unsigned r = index(m);
            const bool base = (x.base_out >> r) & 1;
            core[r] = at + (base ? 1 : latency);
            core_late[r] = at + (base ? 1 : forward);
        }
        for (u32 m = x.use.ext_out; m; m &= m - 1) ext[index(m)] = at + latency;
        if (x.use.flags_out) flags = at + forward;
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

bool is_plain_alu(isa::CostClass c) { return c == isa::CostClass::alu || c == isa::CostClass::move; }

}  // namespace

Scheduled scheduled(const isa::Encoding* row, const isa::Op& op) {
    using enum isa::CostClass;
    Scheduled x;
    x.cls = op.cls;
    x.units = op.units;
    if (!row) return x;
    x.use = isa::register_use(*row, op);
    const auto bit = [](unsigned r) { return static_cast<u16>(1u << (r & 15)); };
    const bool singles = op.cls == load || op.cls == store;
    if (is_plain_alu(op.cls)) {
        // The shifter stands before the adder: what passes it is needed early.
        const std::string_view name = row->syntax.substr(0, 3);
        const bool only_shifts = name == "lsl" || name == "lsr" || name == "asr" || name == "ror" || name == "rrx";
        x.shifted = op.amount != 0 && !only_shifts && row->syntax.find("Rm") != std::string_view::npos;
        x.late = x.shifted ? x.use.core_in & ~bit(op.rm) : x.use.core_in;
        x.immediate = std::popcount(static_cast<unsigned>(x.use.core_in)) <= (op.cls == move ? 2 : 1);
    } else if (singles) {
        if (op.cls == store && op.rd != op.rn) x.late = x.use.core_in & bit(op.rd) & ~bit(op.rn);
        x.base_out = x.use.core_out & bit(op.rn);
        if (op.cls == load) {
            x.use.core_out |= bit(op.rd);  // POP of one register names it in angle brackets
            if (op.rd == op.rn) x.base_out = 0;
        }
    } else if (op.cls == load_multiple || op.cls == store_multiple || (op.cls == branch_load && op.units > 1)) {
        const u16 base = x.use.core_in & bit(op.rn);
        if (op.cls == store_multiple) x.late = x.use.core_in & ~base;
        x.base_out = x.use.core_out & base & (op.cls == store_multiple ? 0xffff : ~static_cast<u16>(op.imm));
    } else if (is_memory(op.cls)) {
        x.base_out = x.use.core_out & bit(op.rn);
    }
    x.wide = (op.cls == vfp_add || op.cls == vfp_mul || op.cls == vfp_div) &&
             row->syntax.find("f64") != std::string_view::npos;
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
