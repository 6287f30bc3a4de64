// SPDX-License-Identifier: Apache-2.0
// How an instruction's body becomes a handler. A body is one of
//     void  body(CpuState&, const Op&)     always goes on to the next op
//     bool  body(CpuState&, const Op&)     false: an exception was taken, back to the engine
//     const Op* body(CpuState&, const Op*) does its own sequencing (branches)
// and knows nothing of conditions or of how r15 reads: bind<body>(op) wraps it in the variant that is needed.
// Translators set cond, registers and flags before they call bind.
#pragma once

#include <type_traits>

#include "isa/encodings/encoding.hpp"
#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"

namespace vtoll::isa {

/// Bit n of entry c: condition c passes with NZCV = n. ARM DDI 0406C §A8.3.1.
inline constexpr std::array<u16, 16> condition_table = [] {
    std::array<u16, 16> t{};
    for (unsigned c = 0; c < 16; ++c)
        for (unsigned nzcv = 0; nzcv < 16; ++nzcv) {
            const bool n = nzcv & 8, z = nzcv & 4, cy = nzcv & 2, v = nzcv & 1;
            bool pass = true;
            switch (c >> 1) {
            case 0: pass = z; break;
            case 1: pass = cy; break;
            case 2: pass = n; break;
            case 3: pass = v; break;
            case 4: pass = cy && !z; break;
            case 5: pass = n == v; break;
            case 6: pass = n == v && !z; break;
            default: break;
            }
            if ((c & 1) && c != 15) pass = !pass;
            if (c >= 14) pass = true;
            if (pass) t[c] |= static_cast<u16>(1u << nzcv);
        }
    return t;
}();

[[gnu::always_inline]] inline bool ConditionPassed(const CpuState& s, unsigned cond) {
    const unsigned nzcv = ((s.nf >> 31) << 3) | (unsigned(s.zf == 0) << 2) | (s.cf << 1) | (s.vf >> 31);
    return (condition_table[cond] >> nzcv) & 1;
}

namespace detail {

template <auto Body>
[[gnu::always_inline]] inline const Op* run_body(CpuState& s, const Op* op) {
    if constexpr (std::is_invocable_r_v<const Op*, decltype(Body), CpuState&, const Op*>) {
        return Body(s, op);
    } else if constexpr (std::is_same_v<decltype(Body(s, *op)), bool>) {
        if (!Body(s, *op)) [[unlikely]]
            return nullptr;
        VTOLL_NEXT(s, op);
    } else {
        Body(s, *op);
        VTOLL_NEXT(s, op);
    }
}

template <auto Body>
const Op* always(CpuState& s, const Op* op) {
    return run_body<Body>(s, op);
}

template <auto Body>
const Op* conditional(CpuState& s, const Op* op) {
    if (!ConditionPassed(s, op->cond)) VTOLL_NEXT(s, op);
    return run_body<Body>(s, op);
}

/// Also makes r[15] readable as a source: it holds nothing useful inside a block otherwise.
template <auto Body>
const Op* general(CpuState& s, const Op* op) {
    if (!ConditionPassed(s, op->cond)) VTOLL_NEXT(s, op);
    s.r[15] = pc_read(*op, s.thumb);
    return run_body<Body>(s, op);
}

}  // namespace detail

template <auto Body>
inline Decoded bind(Op& op) {
    op.fn = (op.flags & op_reads_pc) ? &detail::general<Body>
            : op.cond < 14           ? &detail::conditional<Body>
                                     : &detail::always<Body>;
    return Decoded::ok;
}

// --- roles: translators name a register and its role in one breath, `op.rn = reads(op, f('n'))`
// ------------------------

constexpr u16 core_bit(u32 n) { return static_cast<u16>(1u << n); }

/// Register `n` is read where the instruction starts. As a source r15 needs the general variant.
inline u8 reads(Decoding& op, u32 n) {
    if (n == 15) op.flags |= op_reads_pc;
    op.roles.early |= core_bit(n);
    return static_cast<u8>(n);
}
/// A stage later: an operand that does not pass the shifter, an accumulator, data of a store.
inline u8 reads_late(Decoding& op, u32 n) {
    if (n == 15) op.flags |= op_reads_pc;
    op.roles.late |= core_bit(n);
    return static_cast<u8>(n);
}
inline u8 writes(Decoding& op, u32 n) {
    op.roles.writes |= core_bit(n);
    return static_cast<u8>(n);
}
/// The base of an access gets a new value from the address adder.
inline void writes_back(Decoding& op, u32 n) {
    op.roles.writes |= core_bit(n);
    op.roles.base |= core_bit(n);
}
/// What the instruction does was settled by its own address when it was decoded.
inline void uses_own_address(Decoding& op) { op.roles.early |= core_bit(15); }
inline void reads_flags(Decoding& op, u16 flags) { op.roles.flags_read |= flags; }
inline void writes_flags(Decoding& op, u16 flags) { op.roles.flags_written |= flags; }
/// Flags that an instruction may set and never clears.
inline void sets_sticky(Decoding& op, u16 flags) {
    op.roles.flags_read |= flags;
    op.roles.flags_written |= flags;
}
/// An exception return: what comes next is another program's.
inline void returns_from_exception(Decoding& op) {
    op.flags |= op_ends_block;
    op.roles.writes |= core_bit(15);
    op.roles.flags_written |= flag::apsr;
}
/// The op branches.
inline void branches(Decoding& op, BranchKind kind) {
    op.flags |= op_ends_block;
    op.properties.branch = kind == BranchKind::ret && op.cond < 14 ? BranchKind::conditional_ret : kind;
    op.roles.writes |= core_bit(15);
}

// --- arithmetic, ARM DDI 0406C §A2.2.1 ---------------------------------------------------------------------------

struct AddResult {
    u32 value, carry, overflow;  ///< carry 0/1; overflow in bit 31
};
[[gnu::always_inline]] inline AddResult AddWithCarry(u32 x, u32 y, u32 carry_in) {
    const u64 wide = u64(x) + y + carry_in;
    const u32 value = static_cast<u32>(wide);
    return {value, static_cast<u32>(wide >> 32), (x ^ value) & (y ^ value)};
}
[[gnu::always_inline]] inline void set_nz(CpuState& s, u32 value) { s.nf = s.zf = value; }
[[gnu::always_inline]] inline void set_nzcv(CpuState& s, const AddResult& a) {
    set_nz(s, a.value);
    s.cf = a.carry;
    s.vf = a.overflow;
}

// --- leaving a block ----------------------------------------------------------------------------------------------

/// Direct branch to op->imm, staying in the same instruction set: may be linked by the engine.
[[gnu::always_inline]] inline const Op* exit_direct(CpuState& s, const Op* op) {
    s.r[15] = op->imm;
    s.exit_op = op;
    return op->link;
}
/// Indirect branch. The engine looks the target up.
[[gnu::always_inline]] inline const Op* exit_indirect(CpuState& s, u32 target) {
    s.r[15] = target;
    return nullptr;
}
/// BranchWritePC, BXWritePC: ARM DDI 0406C §A2.3.1.
inline const Op* BranchWritePC(CpuState& s, u32 target) { return exit_indirect(s, target & (s.thumb ? ~1u : ~3u)); }
inline const Op* BXWritePC(CpuState& s, u32 target) {
    s.thumb = target & 1;
    return exit_indirect(s, target & (s.thumb ? ~1u : ~3u));  // target<1:0> == '10' is UNPREDICTABLE: bit 1 ignored
}
inline const Op* LoadWritePC(CpuState& s, u32 target) { return BXWritePC(s, target); }
inline const Op* ALUWritePC(CpuState& s, u32 target) {
    return s.thumb ? BranchWritePC(s, target) : BXWritePC(s, target);
}

}  // namespace vtoll::isa
