// SPDX-License-Identifier: Apache-2.0
// One decoded instruction: what the run loop executes.
#pragma once

#include "isa/cost_class.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

struct CpuState;
struct Op;

/// Executes `op` and returns the op to run next, or nullptr to go back to the engine with r[15] holding
/// the next address. Handlers reach the following op with `VTOLL_NEXT`, a sibling call in optimised builds.
using Handler = const Op* (*)(CpuState&, const Op*);

/// Decoded blocks are arrays `[head][op 0]...[op n-1][fallthrough]`. Head and fallthrough are not
/// instructions; `idx` counts instructions only, so `op - op->idx - 1` is the block's head.
struct Op {
    Handler fn = nullptr;
    const Op* link = nullptr;  ///< direct branches and fallthrough: head of the block they lead to, once known
    u32 imm = 0;               ///< immediate, offset, register list or branch target
    u32 pc = 0;                ///< address of this instruction
    u32 raw = 0;               ///< encoding; a 32-bit Thumb instruction has its first halfword on top
    u8 rd = 0, rn = 0, rm = 0, ra = 0;
    u8 cond = 14;    ///< effective condition (encoding or IT block)
    u8 shift = 0;    ///< SRType of the shifter operand, or a small per-family selector
    u8 amount = 0;   ///< shift amount, lsb, ...
    u8 itstate = 0;  ///< ITSTATE while this instruction executes (0 outside IT blocks and in A32)
    CostClass cls = CostClass::alu;
    u8 units = 0;   ///< for classes priced per unit: registers moved, beats
    u8 idx = 0;     ///< instructions before this one in the block
    u8 len = 4;     ///< bytes of the encoding: 2 or 4
    u16 cost = 0;   ///< static price in ticks, set by the timing policy when the block is decoded
    u16 flags = 0;  ///< OpFlags
    u32 aux = 0;    ///< second immediate (masks, element counts, ...)
};
static_assert(sizeof(Op) == 48, "the op is sized for the cache");

/// Facts about an op that the block builder and the syndrome code need.
enum OpFlags : u16 {
    op_ends_block = 1 << 0,  ///< nothing after it may run without a look-up (branches, context changes, SVC, ...)
    op_writes_mem = 1 << 1,  ///< WnR of its data aborts
    op_reads_mem = 1 << 2,
    op_iss_valid = 1 << 3,  ///< data aborts at stage 2 carry a valid ISS (ARM DDI 0406C §B3.13.6)
    op_sign_ext = 1 << 4,   ///< ISS.SSE
    op_reads_pc = 1 << 5,   ///< some source register is r15: r[15] is set to the architectural PC before it runs
    op_size_shift = 6,      ///< two bits: log2 of the access size, ISS.SAS
    op_size_mask = 3 << 6,
    op_unpriv = 1 << 8,  ///< LDRT/STRT family: access made as PL0
    op_exclusive = 1 << 9,
    op_align_always = 1 << 10,  ///< unaligned addresses fault whatever SCTLR.A says (LDM, LDRD, ...)
    op_distance_shift = 11,     ///< five bits: load_distance(), or source_distance() and comes_late()
};

// What the block builder says of a load where a core profile prices blocks.

/// On in-order cores: instructions to the first of its block that needs what it loads, or to the block's end.
constexpr unsigned load_distance(const Op& op) { return op.flags >> op_distance_shift; }
inline constexpr unsigned most_load_distance = 31;
/// On out-of-order cores: instructions back to the newest load that its address is made of, directly or through others;
/// 0: of none.
constexpr unsigned source_distance(const Op& op) { return op.flags >> op_distance_shift & 15; }
inline constexpr unsigned most_source_distance = 15;
/// On out-of-order cores: its address is there only as its turn comes.
constexpr bool comes_late(const Op& op) { return op.flags >> (op_distance_shift + 4); }

/// r15 as an instruction reads it: ARM DDI 0406C §A2.3.1.
constexpr u32 pc_read(const Op& op, bool thumb) { return op.pc + (thumb ? 4 : 8); }

}  // namespace vtoll::isa

// Run the next op of the block. In optimised builds this is a sibling call (threaded dispatch); in debug and
// sanitizer builds the engine's loop makes the step, so the host stack never grows.
#ifdef VTOLL_THREADED
#define VTOLL_NEXT(state, op) return (op)[1].fn((state), (op) + 1)
#else
#define VTOLL_NEXT(state, op) return (op) + 1
#endif
