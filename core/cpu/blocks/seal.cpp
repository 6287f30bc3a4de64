// SPDX-License-Identifier: Apache-2.0
// Last pass: ops between a head and a tail.
#include <memory>

#include "core/cpu/blocks/draft.hpp"
#include "isa/exec/exec.hpp"

namespace vtoll::core {

using isa::Op;

namespace {

/// Tail that may be linked to the block that follows.
const Op* fallthrough(isa::CpuState& s, const Op* op) { return isa::exit_direct(s, op); }

/// Tail of a block that ends inside an IT block or at a page's end, or that does not last: the executor must look.
const Op* fallthrough_unlinked(isa::CpuState& s, const Op* op) {
    s.itstate = op->itstate;
    return isa::exit_indirect(s, op->imm);
}

}  // namespace

void seal(Block& block, const BlockDraft& draft, u16 region, Executor* executor, bool predicts) {
    block.key = draft.key;
    block.bytes = draft.bytes;
    block.changes_processor = draft.changes_processor;
    block.barriers = draft.barriers;
    block.system = draft.system;
    block.system_ops = draft.system_ops;
    BlockHead& head = *std::construct_at(&block.slots->head);
    head.block = &block;
    head.executor = executor;
    head.ticks = draft.ticks;
    head.sixteenths = draft.sixteenths;
    head.dependency = draft.dependency;
    head.insns = static_cast<u16>(draft.insns);
    head.region = region;
    for (unsigned i = 0; i < draft.insns; ++i) block.op(i) = draft.ops[i];

    const isa::Decoding& last = draft.ops[draft.insns - 1];
    if (predicts && last.properties.branch != isa::BranchKind::none) {
        head.branch = last.fn;
        head.branch_kind = last.properties.branch;
    }

    Op& tail = block.op(draft.insns);
    tail = {};
    tail.pc = draft.key.va;
    tail.imm = draft.next_pc;
    tail.itstate = draft.next_itstate;
    tail.idx = static_cast<u8>(draft.insns);
    const bool same_page = ((draft.next_pc ^ draft.key.va) & ~u32{0xfff}) == 0;
    tail.fn = block.lasts && !draft.next_itstate && same_page ? &fallthrough : &fallthrough_unlinked;
}

}  // namespace vtoll::core
