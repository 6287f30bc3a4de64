// SPDX-License-Identifier: Apache-2.0
// Maintenance of caches and branch predictors, ARM DDI 0406C §B4.2.1: what is dropped, what is written back, and what
// that makes the core wait for. Which levels an operation reaches is the core's CLIDR; what a core implements as a NOP
// is its profile's.
#include <algorithm>
#include <bit>

#include "core/timing/core_model.hpp"

namespace vtoll::core {

namespace {

/// Levels down to the point of coherency or of unification for one processor: CLIDR.LoC, CLIDR.LoUU.
unsigned levels_of(u32 clidr, bool to_unification) { return clidr >> (to_unification ? 27 : 24) & 7; }

/// A level with data or both: CLIDR.Ctype.
bool has_data(u32 clidr, unsigned level) { return (clidr >> (3 * level) & 7) >= 2; }

}  // namespace

u32 CoreModel::maintain(isa::CacheOp op, u32 operand, u64 at, u32 actlr, Moment now) {
    using Target = isa::CacheOp::Target;
    if (op.target == Target::instruction) maintain_instructions(op, at, actlr);
    else if (op.target == Target::predictor) maintain_predictor(op, operand, actlr);
    if (op.target != Target::data) return 0;
    const Written written = op.by == isa::CacheOp::By::set_way
                                ? maintain_set_way(op, operand)
                                : maintain_line(op, at, levels_of(p_.identity.clidr, op.to_unification));
    switch (written) {
    case Written::to_l2: return drain(p_.l2_interval, now);
    case Written::to_memory: return drain(write_ticks_, now);
    default: return 0;
    }
}

void CoreModel::maintain_for_other(isa::CacheOp op, u32 operand, u64 at, u32 actlr) {
    switch (op.target) {
    case isa::CacheOp::Target::instruction: maintain_instructions(op, at, actlr); break;
    case isa::CacheOp::Target::predictor: maintain_predictor(op, operand, actlr); break;
    default: maintain_line(op, at, levels_of(p_.identity.clidr, op.to_unification));
    }
}

void CoreModel::maintain_instructions(isa::CacheOp op, u64 at, u32 actlr) {
    if (op.by == isa::CacheOp::By::all) l1i_.drop_all();
    else if (at && l1i_.contains(at)) l1i_.drop(at);
    ++fetch_epoch_;
    if (op.by == isa::CacheOp::By::all && p_.iciallu_forgets(actlr)) forget_branches();
}

void CoreModel::maintain_predictor(isa::CacheOp op, u32 operand, u32 actlr) {
    if (!p_.predictor_maintained(actlr)) return;
    if (op.by != isa::CacheOp::By::address) {
        forget_branches();
        return;
    }
    predictor_.forget(operand);
    if (aside_) aside_->predictor.forget(operand);
}

void CoreModel::forget_branches() {
    predictor_.forget();
    if (aside_) aside_->predictor.forget();
}

bool CoreModel::clean_l1d(u64 pa, bool invalidate) {
    const Cache::Kept kept = l1d_.kept(pa);
    const bool dirty = invalidate ? l1d_.drop(pa) : l1d_.clean(pa);
    // The filter's entry would hide the next access's miss, or that the next store makes the line dirty again.
    if (invalidate || dirty) filter_loses(kept);
    return dirty;
}

/// The line of `pa` in the first `levels` of caches; nothing is mapped at 0. Cleaning to the point of unification stops
/// at L2.
CoreModel::Written CoreModel::maintain_line(isa::CacheOp op, u64 pa, unsigned levels) {
    if (levels == 0 || pa == 0) return Written::nothing;
    bool to_l2 = false, to_memory = false;
    if (l1d_.contains(pa)) to_l2 = clean_l1d(pa, op.invalidate) && op.clean;
    if (levels == 1) {
        if (!to_l2) return Written::nothing;
        write_to_l2(pa);
        return Written::to_l2;
    }
    if (l2_.contains(pa)) {
        const bool dirty = op.invalidate ? l2_.drop(pa) : l2_.clean(pa);
        to_memory = dirty && op.clean;
    }
    return to_l2 || to_memory ? Written::to_memory : Written::nothing;
}

/// The operand's format: §B4.2.1, "set/way operations".
CoreModel::Written CoreModel::maintain_set_way(isa::CacheOp op, u32 operand) {
    const unsigned level = operand >> 1 & 7;
    if (level > 1 || !has_data(p_.identity.clidr, level)) return Written::nothing;
    const Cache& cache = level == 0 ? l1d_ : l2_;
    const u32 way_bits = static_cast<u32>(std::bit_width(cache.ways() - 1));
    const u32 way = way_bits ? operand >> (32 - way_bits) : 0;
    const u32 line_bits = static_cast<u32>(std::countr_zero(cache.line_size()));
    const u64 set = (operand & (way_bits ? ~u32{0} >> way_bits : ~u32{0})) >> line_bits;
    Written written = Written::nothing;
    for (const Side side : {Side::guest, Side::exit})
        if (const u64 pa = cache.held_by(set, way, side); pa != Cache::none)
            written = std::max(written, maintain_way(op, pa, level));
    return written;
}

CoreModel::Written CoreModel::maintain_way(isa::CacheOp op, u64 pa, unsigned level) {
    if (level == 0) return maintain_line(op, pa, 1);
    const bool dirty = op.invalidate ? l2_.drop(pa) : l2_.clean(pa);
    return dirty && op.clean ? Written::to_memory : Written::nothing;
}

/// A line on its way out takes an entry of the store buffer, behind those before it; a full buffer is waited for.
u32 CoreModel::drain(u64 ticks, Moment now) {
    if (p_.free.has(FreePart::maintenance)) return 0;
    u64& entry = store_ends_[store_next_];
    const u64 previous = store_ends_[(store_next_ + store_ends_.size() - 1) % store_ends_.size()];
    const u32 wait = entry > now.ticks ? static_cast<u32>(entry - now.ticks) : 0;
    entry = std::max(now.ticks + wait, previous) + ticks;
    store_next_ = (store_next_ + 1) % store_ends_.size();
    return add(Stall::data, wait);
}

}  // namespace vtoll::core
