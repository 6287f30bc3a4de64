// SPDX-License-Identifier: Apache-2.0
// A32 loads and stores: from fields to binders. ARM DDI 0406C §A5.2.8, §A5.3, §A5.5, §A5.7.1, §A8.8.
#include "isa/encodings/tables.hpp"
#include "isa/exec/memory/load_store.hpp"

namespace vtoll::isa {

namespace {

/// The offset forms without field P, and the others by P and W.
Index index_of(auto f) {
    if (!f('P', 1)) return Index::post;
    return f('W', 0) ? Index::pre : Index::offset;
}

/// The shift of the index register, where the row has one.
ShiftSpec index_shift(auto f) {
    if constexpr (f.has('a')) return DecodeImmShift(f('s'), f('a'));
    else return {SRType::lsl, 0};
}

/// P=0 W=1 is the unprivileged space; where that has no instruction (doubleword) it is UNPREDICTABLE.
bool unprivileged_space(auto f) { return !f('P') && f('W'); }

Single single(auto f, Access access, bool is_store) {
    return {.access = access, .is_store = is_store, .t = f('t'), .n = f('n'), .index = index_of(f)};
}

Decoded immediate(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const Single x = single(f, access, is_store);
    const s32 offset = signed_offset(f('i'), f('U'));
    // STR Rt, [PC, #i]: the address is known here.
    if (x.n == 15 && x.index == Index::offset) return bind_literal(op, ctx, x, op.pc + 8 + static_cast<u32>(offset));
    return bind_single(op, ctx, x, offset);
}

Decoded by_register(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    return bind_single(op, ctx, single(f, access, is_store), f('m'), f('U'), index_shift(f));
}

u32 literal_address(auto f, const Op& op) { return op.pc + 8 + static_cast<u32>(signed_offset(f('i'), f('U'))); }

Decoded literal(auto f, const DecodeContext& ctx, Decoding& op, Access access) {
    return bind_literal(op, ctx, {.access = access, .t = f('t'), .n = 15}, literal_address(f, op));
}

/// LDRT and its like: post-indexed, with its own UNPREDICTABLE cases (only STRT may transfer the PC).
Decoded unprivileged(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const Single x{
        .access = access, .is_store = is_store, .unpriv = true, .t = f('t'), .n = f('n'), .index = Index::post};
    if (x.t == 15 && !is_store) return Decoded::unpredictable;
    if constexpr (f.has('m')) return bind_single(op, ctx, x, f('m'), f('U'), index_shift(f));
    else return bind_single(op, ctx, x, signed_offset(f('i'), f('U')));
}

Decoded dual(auto f, Decoding& op, bool is_store) {
    const Dual x{.is_store = is_store, .t = f('t'), .t2 = f('t') + 1, .n = f('n'), .index = index_of(f)};
    if (unprivileged_space(f) || (x.t & 1) || x.t2 == 15) return Decoded::unpredictable;
    if constexpr (f.has('m')) {
        const u32 m = f('m');
        // The offset register must survive until the second load: ARM DDI 0406C §A8.8.74.
        if (!is_store && (m == x.t || m == x.t2)) return Decoded::unpredictable;
        return bind_dual(op, x, m, f('U'));
    } else {
        return bind_dual(op, x, signed_offset(f('i'), f('U')));
    }
}

Block block(auto f, BlockMode mode, bool is_store) {
    return {.is_store = is_store, .mode = mode, .n = f('n'), .list = f('r'), .writeback = f('W', 0) != 0};
}

/// Memory hints: the PC as base makes PLD and PLI literal forms, and PLDW UNPREDICTABLE.
Decoded preload(auto f, Decoding& op, Preload what) {
    if (what == Preload::write && f('n') == 15) return Decoded::unpredictable;
    if constexpr (f.has('m')) return bind_preload(op, what, f('n'), f('m'), f('U'), index_shift(f));
    else return bind_preload(op, what, f('n'), signed_offset(f('i'), f('U')));
}

}  // namespace

#define TRANSLATE(fn, ...) \
    VTOLL_TRANSLATE(a32, fn) { __VA_ARGS__ }

#define LOADS(NAME, access)                                                         \
    TRANSLATE(NAME##_imm, return immediate(f, ctx, op, Access::access, false);)     \
    TRANSLATE(NAME##_reg, return by_register(f, ctx, op, Access::access, false);)   \
    TRANSLATE(NAME##_lit, return literal(f, ctx, op, Access::access);)              \
    TRANSLATE(NAME##T_imm, return unprivileged(f, ctx, op, Access::access, false);) \
    TRANSLATE(NAME##T_reg, return unprivileged(f, ctx, op, Access::access, false);)
#define STORES(NAME, access)                                                       \
    TRANSLATE(NAME##_imm, return immediate(f, ctx, op, Access::access, true);)     \
    TRANSLATE(NAME##_reg, return by_register(f, ctx, op, Access::access, true);)   \
    TRANSLATE(NAME##T_imm, return unprivileged(f, ctx, op, Access::access, true);) \
    TRANSLATE(NAME##T_reg, return unprivileged(f, ctx, op, Access::access, true);)

LOADS(LDR, word)
LOADS(LDRB, byte)
LOADS(LDRH, half)
LOADS(LDRSB, signed_byte)
LOADS(LDRSH, signed_half)
STORES(STR, word)
STORES(STRB, byte)
STORES(STRH, half)

TRANSLATE(PUSH_one, {
    const u32 t = f('t');
    if (t == 13) return Decoded::unpredictable;
    return bind_single(op, ctx, {.is_store = true, .t = t, .n = 13, .index = Index::pre}, -4);
})
TRANSLATE(POP_one, {
    const u32 t = f('t');
    if (t == 13) return Decoded::unpredictable;
    return bind_single(op, ctx, {.t = t, .n = 13, .index = Index::post}, 4);
})

TRANSLATE(LDRD_imm, return dual(f, op, false);)
TRANSLATE(LDRD_reg, return dual(f, op, false);)
TRANSLATE(LDRD_lit, {
    const u32 t = f('t');
    if ((t & 1) || t == 14) return Decoded::unpredictable;
    return bind_dual_literal(op, {.t = t, .t2 = t + 1, .n = 15}, literal_address(f, op));
})
TRANSLATE(STRD_imm, return dual(f, op, true);)
TRANSLATE(STRD_reg, return dual(f, op, true);)

#define BLOCKS(suffix, mode)                                                                          \
    TRANSLATE(LDM##suffix, return bind_block(op, ctx, block(f, BlockMode::mode, false));)             \
    TRANSLATE(STM##suffix, return bind_block(op, ctx, block(f, BlockMode::mode, true));)              \
    TRANSLATE(LDM##suffix##_user, return bind_block_user(op, ctx, block(f, BlockMode::mode, false));) \
    TRANSLATE(STM##suffix##_user, return bind_block_user(op, ctx, block(f, BlockMode::mode, true));)  \
    TRANSLATE(LDM##suffix##_eret, {                                                                   \
        Block x = block(f, BlockMode::mode, false);                                                   \
        x.list |= 1u << 15;                                                                           \
        return bind_block_eret(op, ctx, x);                                                           \
    })

BLOCKS(, ia)
BLOCKS(IB, ib)
BLOCKS(DA, da)
BLOCKS(DB, db)

// PUSH {SP..} and POP {SP..} are UNPREDICTABLE or have an UNKNOWN value stored: the binder knows.
TRANSLATE(PUSH,
          return bind_block(op, ctx,
                            {.is_store = true, .mode = BlockMode::db, .n = 13, .list = f('r'), .writeback = true});)
TRANSLATE(POP, return bind_block(op, ctx, {.mode = BlockMode::ia, .n = 13, .list = f('r'), .writeback = true});)

#define EXCLUSIVES(suffix, size)                                                               \
    TRANSLATE(LDREX##suffix, return bind_load_exclusive(op, size, f('t'), f('t'), f('n'), 0);) \
    TRANSLATE(STREX##suffix, return bind_store_exclusive(op, size, f('d'), f('t'), f('t'), f('n'), 0);)
EXCLUSIVES(, 4)
EXCLUSIVES(B, 1)
EXCLUSIVES(H, 2)
TRANSLATE(LDREXD, {
    const u32 t = f('t');
    if ((t & 1) || t == 14) return Decoded::unpredictable;
    return bind_load_exclusive(op, 8, t, t + 1, f('n'), 0);
})
TRANSLATE(STREXD, {
    const u32 t = f('t');
    if ((t & 1) || t == 14) return Decoded::unpredictable;
    return bind_store_exclusive(op, 8, f('d'), t, t + 1, f('n'), 0);
})
TRANSLATE(CLREX, return bind_clrex(op);)
TRANSLATE(SWP, return bind_swap(op, ctx, false, f('t'), f('m'), f('n'));)
TRANSLATE(SWPB, return bind_swap(op, ctx, true, f('t'), f('m'), f('n'));)

TRANSLATE(PLD_imm, return preload(f, op, Preload::read);)
TRANSLATE(PLDW_imm, return preload(f, op, Preload::write);)
TRANSLATE(PLI_imm, return preload(f, op, Preload::instruction);)
TRANSLATE(PLD_reg, return preload(f, op, Preload::read);)
TRANSLATE(PLDW_reg, return preload(f, op, Preload::write);)
TRANSLATE(PLI_reg, return preload(f, op, Preload::instruction);)
TRANSLATE(HINT_mem_imm, return bind_memory_hint(op);)
TRANSLATE(HINT_mem_reg, return bind_memory_hint(op);)

}  // namespace vtoll::isa
