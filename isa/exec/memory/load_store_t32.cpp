// SPDX-License-Identifier: Apache-2.0
// T32 loads and stores: from fields to binders. ARM DDI 0406C §A6.3.5 to §A6.3.10.
#include <bit>

#include "isa/encodings/tables.hpp"
#include "isa/exec/memory/load_store.hpp"

namespace vtoll::isa {

namespace {

constexpr bool sp_or_pc(u32 n) { return n == 13 || n == 15; }

/// The transfer register of narrow accesses and of STR may not be the PC, that of narrow ones not SP either.
bool bad_transfer(const Single& x) {
    if (x.access == Access::word) return x.is_store && x.t == 15;
    return sp_or_pc(x.t);
}

/// Rn = 15: a load is a literal form (another row), a store UNDEFINED.
Decoded pc_base(bool is_store) { return is_store ? Decoded::undefined : Decoded::not_this_row; }

Decoded imm12(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const Single x{.access = access, .is_store = is_store, .t = f('t'), .n = f('n')};
    if (x.n == 15) return pc_base(is_store);
    if (bad_transfer(x)) return Decoded::unpredictable;
    return bind_single(op, ctx, x, static_cast<s32>(f('i')));
}

Decoded imm8(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const bool p = f('P'), w = f('W');
    const Single x{.access = access,
                   .is_store = is_store,
                   .t = f('t'),
                   .n = f('n'),
                   .index = !p  ? Index::post
                            : w ? Index::pre
                                : Index::offset};
    if (x.n == 15) return pc_base(is_store);
    if (!p && !w) return Decoded::undefined;
    if (bad_transfer(x)) return Decoded::unpredictable;
    return bind_single(op, ctx, x, signed_offset(f('i'), f('U')));
}

Decoded by_register(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const Single x{.access = access, .is_store = is_store, .t = f('t'), .n = f('n')};
    if (x.n == 15) return pc_base(is_store);
    if (bad_transfer(x) || sp_or_pc(f('m'))) return Decoded::unpredictable;
    return bind_single(op, ctx, x, f('m'), true, {SRType::lsl, static_cast<u8>(f('i'))});
}

u32 literal_address(auto f, const Op& op, u32 scale) {
    return ((op.pc + 4) & ~3u) + static_cast<u32>(signed_offset(f('i') * scale, f('U')));
}

Decoded literal(auto f, const DecodeContext& ctx, Decoding& op, Access access) {
    const Single x{.access = access, .t = f('t'), .n = 15};
    if (bad_transfer(x)) return Decoded::unpredictable;
    return bind_literal(op, ctx, x, literal_address(f, op, 1));
}

Decoded unprivileged(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    const Single x{.access = access, .is_store = is_store, .unpriv = true, .t = f('t'), .n = f('n')};
    if (x.n == 15) return pc_base(is_store);
    if (sp_or_pc(x.t)) return Decoded::unpredictable;
    return bind_single(op, ctx, x, static_cast<s32>(f('i')));
}

Decoded dual(auto f, Decoding& op, bool is_store) {
    const bool p = f('P'), w = f('W');
    if (!p && !w) return Decoded::not_this_row;  // exclusives, table branches
    const Dual x{.is_store = is_store,
                 .t = f('t'),
                 .t2 = f('u'),
                 .n = f('n'),
                 .index = !p  ? Index::post
                          : w ? Index::pre
                              : Index::offset};
    if (sp_or_pc(x.t) || sp_or_pc(x.t2) || x.n == 15 || (!is_store && x.t == x.t2)) return Decoded::unpredictable;
    return bind_dual(op, x, signed_offset(4 * f('i'), f('U')));
}

Decoded block(auto f, const DecodeContext& ctx, Decoding& op, BlockMode mode, bool is_store) {
    const Block x{.is_store = is_store, .mode = mode, .n = f('n', 13), .list = f('r'), .writeback = f('W', 1) != 0};
    const bool sp = bit(x.list, 13), lr = bit(x.list, 14), pc = bit(x.list, 15);
    if (std::popcount(x.list) < 2 || sp || (pc && (lr || is_store))) return Decoded::unpredictable;
    if (x.writeback && bit(x.list, x.n)) return Decoded::unpredictable;
    return bind_block(op, ctx, x);
}

/// Rn = 15 with the bits of another form is the literal form.
Decoded preload(auto f, Decoding& op, Preload what) {
    if (f('n') == 15) return Decoded::not_this_row;
    if constexpr (f.has('m')) {
        if (sp_or_pc(f('m'))) return Decoded::unpredictable;
        return bind_preload(op, what, f('n'), f('m'), true, {SRType::lsl, static_cast<u8>(f('i'))});
    } else {
        return bind_preload(op, what, f('n'), signed_offset(f('i'), f.width('i') == 12));
    }
}

}  // namespace

#define TRANSLATE(fn, ...) \
    VTOLL_TRANSLATE(t32, fn) { __VA_ARGS__ }

#define TRANSFERS(NAME, access, is_store)                                            \
    TRANSLATE(NAME##_imm12, return imm12(f, ctx, op, Access::access, is_store);)     \
    TRANSLATE(NAME##_imm8, return imm8(f, ctx, op, Access::access, is_store);)       \
    TRANSLATE(NAME##_reg, return by_register(f, ctx, op, Access::access, is_store);) \
    TRANSLATE(NAME##T, return unprivileged(f, ctx, op, Access::access, is_store);)
#define LOADS(NAME, access)        \
    TRANSFERS(NAME, access, false) \
    TRANSLATE(NAME##_lit, return literal(f, ctx, op, Access::access);)

LOADS(LDR, word)
LOADS(LDRB, byte)
LOADS(LDRH, half)
LOADS(LDRSB, signed_byte)
LOADS(LDRSH, signed_half)
TRANSFERS(STR, word, true)
TRANSFERS(STRB, byte, true)
TRANSFERS(STRH, half, true)

TRANSLATE(LDM, return block(f, ctx, op, BlockMode::ia, false);)
TRANSLATE(LDMDB, return block(f, ctx, op, BlockMode::db, false);)
TRANSLATE(POP, return block(f, ctx, op, BlockMode::ia, false);)
TRANSLATE(STM, return block(f, ctx, op, BlockMode::ia, true);)
TRANSLATE(STMDB, return block(f, ctx, op, BlockMode::db, true);)
TRANSLATE(PUSH, return block(f, ctx, op, BlockMode::db, true);)
TRANSLATE(POP_one, {
    if (f('t') == 13) return Decoded::unpredictable;
    return bind_single(op, ctx, {.t = f('t'), .n = 13, .index = Index::post}, 4);
})
TRANSLATE(PUSH_one, {
    if (sp_or_pc(f('t'))) return Decoded::unpredictable;
    return bind_single(op, ctx, {.is_store = true, .t = f('t'), .n = 13, .index = Index::pre}, -4);
})

TRANSLATE(LDRD_imm, return dual(f, op, false);)
TRANSLATE(STRD_imm, return dual(f, op, true);)
TRANSLATE(LDRD_lit, {
    const Dual x{.t = f('t'), .t2 = f('u'), .n = 15};
    if (sp_or_pc(x.t) || sp_or_pc(x.t2) || x.t == x.t2) return Decoded::unpredictable;
    return bind_dual_literal(op, x, literal_address(f, op, 4));
})

#define EXCLUSIVES(suffix, size)                                                    \
    TRANSLATE(LDREX##suffix, {                                                      \
        const u32 t = f('t');                                                       \
        if (t == 13) return Decoded::unpredictable;                                 \
        return bind_load_exclusive(op, size, t, t, f('n'), 4 * f('i', 0));          \
    })                                                                              \
    TRANSLATE(STREX##suffix, {                                                      \
        const u32 t = f('t');                                                       \
        if (t == 13 || f('d') == 13) return Decoded::unpredictable;                 \
        return bind_store_exclusive(op, size, f('d'), t, t, f('n'), 4 * f('i', 0)); \
    })
EXCLUSIVES(, 4)
EXCLUSIVES(B, 1)
EXCLUSIVES(H, 2)
TRANSLATE(LDREXD, {
    const u32 t = f('t'), t2 = f('u');
    if (sp_or_pc(t) || sp_or_pc(t2) || t == t2) return Decoded::unpredictable;
    return bind_load_exclusive(op, 8, t, t2, f('n'), 0);
})
TRANSLATE(STREXD, {
    const u32 t = f('t'), t2 = f('u');
    if (sp_or_pc(t) || sp_or_pc(t2) || f('d') == 13) return Decoded::unpredictable;
    return bind_store_exclusive(op, 8, f('d'), t, t2, f('n'), 0);
})
TRANSLATE(CLREX, return bind_clrex(op);)

#define PRELOADS(NAME, what)                                       \
    TRANSLATE(NAME##_imm12, return preload(f, op, Preload::what);) \
    TRANSLATE(NAME##_imm8, return preload(f, op, Preload::what);)  \
    TRANSLATE(NAME##_reg, return preload(f, op, Preload::what);)
PRELOADS(PLD, read)
PRELOADS(PLDW, write)
PRELOADS(PLI, instruction)
TRANSLATE(PLD_lit, return bind_preload_literal(op, Preload::read, literal_address(f, op, 1));)
TRANSLATE(PLI_lit, return bind_preload_literal(op, Preload::instruction, literal_address(f, op, 1));)
TRANSLATE(HINT_mem_imm12, return bind_memory_hint(op);)
TRANSLATE(HINT_mem_imm8, return bind_memory_hint(op);)
TRANSLATE(HINT_mem_reg, return bind_memory_hint(op);)
TRANSLATE(HINT_mem_lit, return bind_memory_hint(op);)

}  // namespace vtoll::isa
