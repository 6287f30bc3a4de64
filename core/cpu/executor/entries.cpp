// SPDX-License-Identifier: Apache-2.0
// How a block is entered: charged and run as it is, or, when somebody listens to it, by a copy that can be halted.
#include <algorithm>
#include <functional>

#include "core/cpu/executor/executor.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

namespace {
/// In a copy of a block, in place of an instruction's handler: back to who runs the copy.
const Op* halt(CpuState&, const Op* op) { return op; }
/// Address of the next instruction.
u32 behind(const Op& op) { return op.pc + op.len; }
}  // namespace

// --- as it is. `Booked`: the books want to hear of regions; `Modelled`: a core model sees to the instruction fetch

/// Nothing is to be told or looked up: the block was entered before, in this region, and its lines are in L1I still.
template <bool Booked, bool Modelled>
[[gnu::always_inline]] inline bool Executor::goes_on(const CpuState& s, const BlockHead& head) {
    if (Booked && s.region != head.region) return false;
    return !Modelled || head.fetch_epoch == head.executor->core_->fetch_epoch();
}

template <bool Modelled>
[[gnu::always_inline]] inline void Executor::charge_price(CpuState& s, const BlockHead& head) {
    CpuClock::charge(s, head, Modelled ? head.executor->clock_.whole_ticks(head) : head.ticks);
}

/// What there is to book of a block with system operations, beside what there is of every block.
void Executor::book_system(const BlockHead& head) { head.executor->clock_.book(Stall::system, head.block->system); }

template <bool Booked, bool Modelled>
void Executor::charge_as(const BlockHead& head) {
    if (Booked && s_.region != head.region) {
        s_.region = head.region;
        hooks_.observer->region_entered(s_.region, clock_.counts());
    }
    if (Modelled && head.fetch_epoch != core_->fetch_epoch()) {
        const Block& block = *head.block;
        const bool cached = core_->code_cached(block.key.privilege());
        clock_.charge(cached ? core_->fetch(block.key.pa, block.key.va, block.bytes, clock_.now())
                             : core_->fetch_uncached(block.key.pa, block.bytes));
        head.fetch_epoch = cached ? core_->fetch_epoch() : 0;
    }
    charge_price<Modelled>(s_, head);
    if (Modelled) book_system(head);
}

template <bool Booked, bool Modelled>
const Op* Executor::enter_plain(CpuState& s, const Op* op) {
    const BlockHead& head = head_at(op);
    if (s.countdown <= 0 || !goes_on<Booked, Modelled>(s, head)) [[unlikely]]
        return enter_seldom<Booked, Modelled>(s, op);
    charge_price<Modelled>(s, head);
    VTOLL_NEXT(s, op);
}

/// A block with system operations on a core profile.
template <bool Booked>
const Op* Executor::enter_system(CpuState& s, const Op* op) {
    const BlockHead& head = head_at(op);
    if (s.countdown <= 0 || !goes_on<Booked, true>(s, head)) [[unlikely]]
        return enter_seldom<Booked, true>(s, op);
    charge_price<true>(s, head);
    book_system(head);
    VTOLL_NEXT(s, op);
}

/// A function of its own: what is called here would make the other one save registers.
template <bool Booked, bool Modelled>
[[gnu::noinline]] const Op* Executor::enter_seldom(CpuState& s, const Op* op) {
    const BlockHead& head = head_at(op);
    if (s.countdown <= 0) return look_up_again(s, head);
    head.executor->charge_as<Booked, Modelled>(head);
    VTOLL_NEXT(s, op);
}

isa::Handler Executor::plain_entry(const Block& block) const {
    if (block.system) return hooks_.observer ? &enter_system<true> : &enter_system<false>;
    if (core_) return hooks_.observer ? &enter_plain<true, true> : &enter_plain<false, true>;
    return hooks_.observer ? &enter_plain<true, false> : &enter_plain<false, false>;
}

isa::Handler Executor::unwatched_entry(const Block& block) const {
    if (block.code) return block.code;
    return translator_ && block.lasts ? &enter_cold : plain_entry(block);
}

/// A block that may become hot.
const Op* Executor::enter_cold(CpuState& s, const Op* op) {
    Block& block = *head_at(op).block;
    Executor& self = *head_at(op).executor;
    if (++block.entered < self.config_.hot) return self.plain_entry(block)(s, op);
    self.translate(block);
    return block.head().fn(s, op);
}

void Executor::translate(Block& block) {
    block.entered = 0;
    if (!translator_->has_room()) return;
    block.booked = hooks_.observer != nullptr;
    block.code = translator_->translate(block, blocks_.allocate(block.insns()), block.booked);
    attend(block);
}

Translator::Calls Executor::calls() {
    return {.charge = [](CpuState&, const Op* op) { head_at(op).executor->charge(head_at(op)); },
            .branch_taken = &told<true>,
            .branch_not = &told<false>,
            .branch_computed = &told_computed,
            .predicted = core_ ? &predicted<false> : nullptr,
            .predicted_computed = core_ ? &predicted<true> : nullptr,
            .halt = &halt};
}

void Executor::charge(const BlockHead& head) {
    if (core_) hooks_.observer ? charge_as<true, true>(head) : charge_as<false, true>(head);
    else hooks_.observer ? charge_as<true, false>(head) : charge_as<false, false>(head);
}

// --- a last branch

/// What the predictor makes of the last branch of a block, which was `taken` to `target`: ticks.
[[gnu::always_inline]] inline u32 Executor::last_branch(const Op& op, const BlockHead& head, bool taken, u32 target) {
    return core_->branch(op.pc, head.branch_kind, taken, target, behind(op));
}

/// Runs the branch, then tells the predictor what it did.
template <bool MayFault>
const Op* Executor::predicted(CpuState& s, const Op* op) {
    const BlockHead& head = head_of(op);
    const u64 exceptions = MayFault ? head.executor->exceptions_ : 0;
    const Op* next = head.branch(s, op);
    Executor& self = *head.executor;
    if (MayFault && self.exceptions_ != exceptions) return next;  // no branch: the load of the PC, say
    const bool taken = next != op + 1 && s.r[15] != behind(*op);  // threaded handlers have run the tail already
    s.countdown -= self.last_branch(*op, head, taken, s.r[15]);
    return next;
}

// The same for code that has found out itself which way the branch goes.

template <bool Taken>
void Executor::told(CpuState& s, const Op* op) {
    const BlockHead& head = head_of(op);
    s.countdown -= head.executor->last_branch(*op, head, Taken, op->imm);
}

void Executor::told_computed(CpuState& s, const Op* op) {
    const BlockHead& head = head_of(op);
    s.countdown -= head.executor->last_branch(*op, head, s.r[15] != behind(*op), s.r[15]);
}

void Executor::place_predictor(Block& block) {
    using enum isa::BranchKind;
    const isa::BranchKind kind = block.head().branch_kind;
    const bool computed = kind != conditional && kind != direct && kind != call;
    if (block.head().branch) block.op(block.insns() - 1).fn = computed ? &predicted<true> : &predicted<false>;
}

void Executor::branched(const BlockHead& head, u32 target) {
    if (!core_ || !head.branch) return;
    const Op& last = head.block->op(head.insns - 1u);
    clock_.charge(last_branch(last, head, target != behind(last), target));
}

/// The last branch of a loop that may do nothing but wait for other processors.
template <bool Predicted>
const Op* Executor::closing_loop(CpuState& s, const Op* op) {
    const BlockHead& head = head_of(op);
    head.executor->polls_->at_branch(op);
    return Predicted ? predicted<false>(s, op) : head.branch(s, op);
}

void Executor::place_poll_watch(Block& block) {
    Op& last = block.op(block.insns() - 1);
    if (!core_) block.head().branch = last.fn;
    last.fn = core_ ? &closing_loop<true> : &closing_loop<false>;
}

// --- listened to

void Executor::attend(Block& block) {
    const Hooks::Watch watch = hooks_.watch(block);
    block.stops = watch.stops;
    if (block.code && block.booked != (hooks_.observer != nullptr)) block.code = nullptr;
    if (!block.dropped) block.head().fn = watch.watched ? &enter_watched : unwatched_entry(block);
    if (block.watched) place_stops(block);
}

void Executor::attend_all() {
    blocks_.for_each([this](Block& block) { attend(block); });
    if (single_.insns()) attend(single_);
}

const Op* Executor::enter_watched(CpuState& s, const Op* op) {
    const BlockHead& head = head_at(op);
    s.r[15] = head.block->key.va;
    if (s.countdown <= 0) return nullptr;
    return head.executor->run_watched(*head.block);
}

void Executor::place_stops(Block& block) {
    for (unsigned i = 0; i < block.insns(); ++i)
        block.watched[1 + i].op.fn = block.stops >> i & 1 ? &halt : block.op(i).fn;
}

void Executor::copy_for_watching(Block& block) {
    block.watched = block.lasts ? blocks_.allocate(block.insns()) : single_watched_.data();
    std::copy_n(block.slots, block.insns() + 2, block.watched);
    place_stops(block);
}

/// An instruction that somebody wants to be in front of is run by its own handler in its place in the copy; what lies
/// between two of them runs as it always does.
const Op* Executor::run_watched(Block& block) {
    if (!hooks_.entering(block)) return nullptr;
    charge(block.head());
    if (!block.watched) copy_for_watching(block);
    const Op* const first = &block.watched[1].op;
    const Op* const tail = first + block.insns();
    const auto inside = [&](const Op* op) { return !std::less<>()(op, first) && !std::less<>()(tail, op); };
    for (const Op* op = first;;) {
        if (op != tail && (block.stops >> op->idx & 1)) {
            if (!hooks_.before(op)) op = nullptr;
            else op = block.op(op->idx).fn(s_, op);
        } else {
            op = op->fn(s_, op);
        }
        if (!op || !inside(op)) {
            hooks_.over(block);
            return op;
        }
    }
}

}  // namespace vtoll::core
