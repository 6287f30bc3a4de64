// SPDX-License-Identifier: Apache-2.0
// Between decoding and scheduling, on machines of several processors: loops in which one may wait for another.
#include <algorithm>
#include <memory>

#include "core/cpu/blocks/draft.hpp"

namespace vtoll::core {

namespace {

constexpr u32 longest_loop = 64;  ///< bytes

/// Changes nothing but core registers and flags, and goes on to the next instruction or by a direct branch. A
/// store-exclusive is let through: PollWatch asks whether it stored.
bool leaves_all_as_it_is(const isa::Decoding& op) {
    const isa::Properties& p = op.properties;
    const bool plain_branch = p.branch == isa::BranchKind::none || p.branch == isa::BranchKind::conditional ||
                              p.branch == isa::BranchKind::direct;
    const bool stores = (op.flags & isa::op_writes_mem) && !(op.flags & isa::op_exclusive);
    return op.row && plain_branch && !stores && p.sets == isa::Sets::nothing && p.hint == isa::Hint::none &&
           p.call == isa::Call::none && !op.roles.ext_reads && !op.roles.ext_writes;
}

}  // namespace

bool may_poll(const BlockDraft& draft, const u8* host_page, const isa::Features& features) {
    const isa::Decoding& last = draft.ops[draft.insns - 1];
    const isa::BranchKind kind = last.properties.branch;
    if (kind != isa::BranchKind::conditional && kind != isa::BranchKind::direct) return false;
    const u32 first = last.imm, end = last.pc + last.len;
    if (first > last.pc || end - first > longest_loop || ((first ^ last.pc) & ~u32{0xfff})) return false;
    // What comes before the block is decoded for a look only: IT blocks do not reach over a branch's target.
    auto loop = std::make_unique<BlockDraft>();
    loop->key = draft.key;
    loop->key.va = first;
    loop->key.pa = (draft.key.pa & ~u64{0xfff}) | (first & 0xfff);
    loop->key.context &= ~u32{0xff};
    decode(*loop, {host_page + (first & 0xfff), end - first}, features, {.at_exits = false});
    return loop->next_pc == end && std::all_of(loop->ops.begin(), loop->ops.begin() + loop->insns, leaves_all_as_it_is);
}

}  // namespace vtoll::core
