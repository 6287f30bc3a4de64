// SPDX-License-Identifier: Apache-2.0
// T16 loads and stores: from fields to binders. ARM DDI 0406C §A6.2.4, §A6.2.5.
#include "isa/encodings/tables.hpp"
#include "isa/exec/memory/load_store.hpp"

namespace vtoll::isa {

namespace {

Decoded by_register(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store) {
    return bind_single(op, ctx, {.access = access, .is_store = is_store, .t = f('t'), .n = f('n')}, f('m'), true,
                       {SRType::lsl, 0});
}

Decoded immediate(auto f, const DecodeContext& ctx, Decoding& op, Access access, bool is_store, unsigned scale) {
    return bind_single(op, ctx, {.access = access, .is_store = is_store, .t = f('t'), .n = f('n', 13)},
                       static_cast<s32>(f('i') * scale));
}

}  // namespace

#define TRANSLATE(fn, ...) \
    VTOLL_TRANSLATE(t16, fn) { __VA_ARGS__ }

TRANSLATE(STR_reg, return by_register(f, ctx, op, Access::word, true);)
TRANSLATE(STRH_reg, return by_register(f, ctx, op, Access::half, true);)
TRANSLATE(STRB_reg, return by_register(f, ctx, op, Access::byte, true);)
TRANSLATE(LDRSB_reg, return by_register(f, ctx, op, Access::signed_byte, false);)
TRANSLATE(LDR_reg, return by_register(f, ctx, op, Access::word, false);)
TRANSLATE(LDRH_reg, return by_register(f, ctx, op, Access::half, false);)
TRANSLATE(LDRB_reg, return by_register(f, ctx, op, Access::byte, false);)
TRANSLATE(LDRSH_reg, return by_register(f, ctx, op, Access::signed_half, false);)

TRANSLATE(STR_imm, return immediate(f, ctx, op, Access::word, true, 4);)
TRANSLATE(LDR_imm, return immediate(f, ctx, op, Access::word, false, 4);)
TRANSLATE(STRB_imm, return immediate(f, ctx, op, Access::byte, true, 1);)
TRANSLATE(LDRB_imm, return immediate(f, ctx, op, Access::byte, false, 1);)
TRANSLATE(STRH_imm, return immediate(f, ctx, op, Access::half, true, 2);)
TRANSLATE(LDRH_imm, return immediate(f, ctx, op, Access::half, false, 2);)
TRANSLATE(STR_sp, return immediate(f, ctx, op, Access::word, true, 4);)
TRANSLATE(LDR_sp, return immediate(f, ctx, op, Access::word, false, 4);)

TRANSLATE(LDR_lit, return bind_literal(op, ctx, {.t = f('t'), .n = 15}, ((op.pc + 4) & ~3u) + 4 * f('i'));)

TRANSLATE(PUSH,
          return bind_block(
              op, ctx,
              {.is_store = true, .mode = BlockMode::db, .n = 13, .list = f('r') | f('M') << 14, .writeback = true});)
TRANSLATE(POP, return bind_block(op, ctx, {.n = 13, .list = f('r') | f('P') << 15, .writeback = true});)
TRANSLATE(STM, return bind_block(op, ctx, {.is_store = true, .n = f('n'), .list = f('r'), .writeback = true});)
// The base is written back unless it is loaded.
TRANSLATE(LDM, return bind_block(op, ctx, {.n = f('n'), .list = f('r'), .writeback = !bit(f('r'), f('n'))});)

}  // namespace vtoll::isa
