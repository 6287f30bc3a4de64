// SPDX-License-Identifier: Apache-2.0
// The run loop: which block comes next.
#include "core/cpu/executor/executor.hpp"

#include <cstring>
#include <memory>

#include "core/cpu/hooks/debugging.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::core {

using isa::CpuState;
using isa::Op;

Executor::Executor(Config config, isa::CpuState& state, CpuClock& clock, MemoryPort& memory, BlockCache& blocks,
                   Hooks& hooks, CoreModel* core, PollWatch* polls)
    : config_(config),
      s_(state),
      clock_(clock),
      memory_(memory),
      blocks_(blocks),
      hooks_(hooks),
      core_(core),
      polls_(polls) {
    single_.lasts = false;
    single_.slots = single_slots_.data();
    std::construct_at(&single_.slots->head);
    if (config_.hot && Translator::available())
        translator_.emplace(s_, clock_, core_, memory_.space().fetch_pages(), calls());
}

void Executor::run() {
    if (hooks_.debugging) run_blocks<true>();
    else run_blocks<false>();
}

/// `Debugged`: a debugger may want to stand still between blocks.
template <bool Debugged>
void Executor::run_blocks() {
    CpuState& s = s_;
    s.exit_op = nullptr;
    while (s.countdown > 0) {
        take_pending_interrupt();
        if (Debugged && !hooks_.debugging->between_blocks()) continue;
        Block* block = enter();
        if (!block) continue;
        if (Debugged) hooks_.debugging->lead_in(*block);
        const Op* op = block->entry();
        do op = op->fn(s, op);
        while (op);
    }
}

void Executor::take_pending_interrupt() {
    if (!s_.attention) return;
    s_.attention = false;
    const isa::ExceptionKind kind = isa::takeable_interrupt(s_);
    if (kind == isa::ExceptionKind::reset) return;
    hooks_.leaving();
    isa::take_interrupt(s_, kind);
    s_.exit_op = nullptr;
}

/// The block at r[15]; nullptr when a prefetch abort was taken instead.
inline Block* Executor::enter() {
    const u32 pc = s_.r[15];
    Block* block = find();
    // The last block left by a direct branch that leads here: connect them. A branch that has a link was not the way
    // out, whatever exit_op says.
    if (block && config_.use_links && s_.exit_op && !s_.exit_op->link && s_.exit_op->imm == pc)
        link(s_.exit_op, *block);
    s_.exit_op = nullptr;
    return block;
}

void Executor::link(const Op* from, const Block& to) {
    // Only within a page: there the mapping that found `from` serves `to` as well.
    const bool same_page = ((from->pc ^ from->imm) & ~page_mask) == 0;
    Block& block = *head_of(from).block;
    if (same_page && block.lasts && to.lasts) block.link(from->idx, to);
}

Block* Executor::find() {
    const u32 pc = s_.r[15];
    const FetchPage* page = memory_.fetch_page(pc);
    if (!page) return nullptr;
    const BlockKey key{page->pa | (pc & page_mask), pc, BlockKey::context_of(s_)};
    Block* block = blocks_.find(key);
    if (!block) [[unlikely]] {
        if (blocks_.full() || (translator_ && translator_->full())) forget_blocks();
        block = page->host ? build(key, page->host) : build_single(key);
    }
    if (translator_ && block && block->lasts) translator_->remember(*block);
    s_.itstate = 0;  // part of the key from here on: ops carry their own
    return block;
}

void Executor::add_region(isa::Privilege level, u32 begin, u32 end, u16 region) {
    hooks_.regions.add(level, begin, end, region, false);
    blocks_.for_each([&](Block& block) {
        if (block.key.privilege() == level && block.key.va >= begin && block.key.va < end) block.head().region = region;
    });
}

void Executor::forget_blocks() {
    blocks_.clear();
    if (translator_) translator_->forget();
    if (hooks_.debugging) hooks_.debugging->blocks_dropped();
    s_.exit_op = nullptr;  // it lived in the arena
}

// --- passes

Block* Executor::build(const BlockKey& key, const u8* host_page) {
    BlockDraft draft{.key = key};
    const u32 offset = key.va & page_mask;
    BlockBounds bounds;
    bounds.triggers = &hooks_.triggers;
    if (!hooks_.regions.empty()) bounds.end = hooks_.regions.boundary_after(key.privilege(), key.va);
    decode(draft, {host_page + offset, 0x1000 - offset}, s_.features, bounds);
    if (draft.insns == 0) return build_single(key);
    tell_call(draft);
    draft.may_poll = polls_ && may_poll(draft, host_page, s_.features);
    const bool first_code = !blocks_.page_has_code(key.pa);
    Block& block = blocks_.insert(key, draft.bytes, blocks_.allocate(draft.insns));
    finish(block, draft);
    if (first_code) memory_.page_has_code_now(key.pa, host_page);
    return &block;
}

/// Code that no host pointer covers, or an instruction that crosses a page: fetched piece by piece, never cached.
Block* Executor::build_single(const BlockKey& key) {
    std::array<u16, 2> halves{};
    if (!memory_.fetch_half(key.va, halves[0])) return nullptr;
    const bool wide = !key.thumb() || isa::is_thumb32(halves[0]);
    if (wide && !memory_.fetch_half(key.va + 2, halves[1])) return nullptr;
    BlockDraft draft{.key = key};
    std::array<u8, 4> bytes;
    std::memcpy(bytes.data(), halves.data(), bytes.size());
    decode(draft, {bytes.data(), wide ? 4u : 2u}, s_.features, {.most = 1});
    tell_call(draft);
    single_.watched = nullptr;
    finish(single_, draft);
    return &single_;
}

void Executor::tell_call(const BlockDraft& draft) {
    const isa::Decoding& last = draft.ops[draft.insns - 1];
    if (hooks_.code_listener && last.properties.branch == isa::BranchKind::call)
        hooks_.code_listener->calls(draft.key.privilege(), last.imm);
}

void Executor::finish(Block& block, BlockDraft& draft) {
    schedule(draft, config_.pricing);
    instrument(draft);
    seal(block, draft, hooks_.regions.find(draft.key.privilege(), draft.key.va), this, core_);
    place_predictor(block);
    if (draft.may_poll) place_poll_watch(block);
    attend(block);
}

}  // namespace vtoll::core
