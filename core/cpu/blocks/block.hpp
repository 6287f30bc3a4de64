// SPDX-License-Identifier: Apache-2.0
// A decoded block: `[head][instruction 0]...[instruction n-1][tail]`, each of them as large as an op, so that a handler
// finds what follows behind its op and the head in front of the first. Head and tail are not instructions.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "core/seam/block_key.hpp"
#include "isa/encodings/roles.hpp"
#include "isa/op.hpp"
#include "isa/types.hpp"

namespace vtoll::core {

class Executor;
struct Block;

/// What the executor reads when a block is entered. It is entered as an op is, by the handler it begins with: links and
/// `exit_direct` lead here. But for the remembered epoch, the sealed block's head changes only with who listens.
struct BlockHead {
    isa::Handler fn = nullptr;      ///< how the block is run
    Block* block = nullptr;         ///< what it belongs to
    Executor* executor = nullptr;   ///< who runs it
    isa::Handler branch = nullptr;  ///< the last instruction's own handler, where Executor::predicted has its place
    u32 ticks = 0;                  ///< price
    mutable u32 fetch_epoch = 0;    ///< CoreModel::fetch_epoch() at which its lines were last found in L1I
    u16 insns = 0;                  ///< instructions
    u16 region = 0;                 ///< of the ledger
    u16 dependency = 0;             ///< ticks of the price that are dependency stalls
    u8 sixteenths = 0;              ///< of a tick, on top of `ticks`
    isa::BranchKind branch_kind{};  ///< of the last instruction, with `branch`
};

union BlockSlot {
    isa::Op op;  ///< an instruction, or the tail
    BlockHead head;

    BlockSlot() : op() {}
};
static_assert(sizeof(BlockHead) == sizeof(isa::Op) && alignof(BlockHead) == alignof(isa::Op),
              "ops of a block follow its head as ops follow each other");
static_assert(std::is_standard_layout_v<BlockHead> && std::is_standard_layout_v<isa::Op> &&
                  offsetof(BlockHead, fn) == 0 && offsetof(isa::Op, fn) == 0,
              "both begin with their handler: a link is followed without asking which of them it leads to");

struct Block {
    BlockKey key;
    u32 bytes = 0;                 ///< of code covered, all in one page
    BlockSlot* slots = nullptr;    ///< instructions + 2
    BlockSlot* watched = nullptr;  ///< a copy of them to halt in, made when somebody first listens
    u64 stops = 0;                 ///< bit n: somebody wants to be in front of instruction n
    u64 changes_processor = 0;     ///< bit n: instruction n is for TraceSink::system
    u64 barriers = 0;              ///< bit n: instruction n is DSB or DMB
    u64 system_ops = 0;            ///< bit n: the price of instruction n is a system stall
    u16 system = 0;                ///< ticks of the block's price that are system stalls
    u32 entered = 0;               ///< how often, before it was translated
    isa::Handler code = nullptr;   ///< the translator's, once it is hot
    bool booked = false;           ///< the code tells of regions
    bool lasts = true;             ///< false: decoded anew whenever it is reached, never linked
    bool dropped = false;          ///< its bytes have changed, but it may be running still

    BlockHead& head() { return slots->head; }
    const BlockHead& head() const { return slots->head; }
    unsigned insns() const { return head().insns; }
    const isa::Op* entry() const { return &slots->op; }
    /// Instruction `i`; the tail behind the last.
    isa::Op& op(unsigned i) { return slots[1 + i].op; }
    const isa::Op& op(unsigned i) const { return slots[1 + i].op; }
    std::span<const isa::Op> instructions() const { return {&slots[1].op, insns()}; }

    /// From now on instruction (or tail) `i` leads straight to `to`.
    void link(unsigned i, const Block& to) {
        op(i).link = to.entry();
        if (watched) watched[1 + i].op.link = to.entry();
    }
};

/// The head that `op` is, as a link led to it.
inline const BlockHead& head_at(const isa::Op* op) {
    return static_cast<const BlockSlot*>(static_cast<const void*>(op))->head;
}
/// Nothing was done yet of the block: the engine will look up what is at its address.
inline const isa::Op* look_up_again(isa::CpuState& s, const BlockHead& head) {
    s.r[15] = head.block->key.va;
    return nullptr;
}
/// The head of the block that instruction or tail `op` is in.
inline const BlockHead& head_of(const isa::Op* op) { return head_at(op - op->idx - 1); }

}  // namespace vtoll::core
