// SPDX-License-Identifier: Apache-2.0
// What the translators of the three instruction sets share: how an address is formed, and the binders that choose
// the handler of a transfer. Bodies are in load_store.cpp, load_store_dual.cpp, load_store_multiple.cpp, exclusive.cpp.
#pragma once

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/exec.hpp"
#include "isa/exec/integer/shift.hpp"

namespace vtoll::isa {

enum class Access : u8 { word, half, byte, signed_half, signed_byte };

/// offset: `[Rn, X]`, pre: `[Rn, X]!`, post: `[Rn], X`.
enum class Index : u8 { offset, pre, post };

/// A load or store of one register, addressing apart.
struct Single {
    Access access = Access::word;
    bool is_store = false;
    bool unpriv = false;
    u32 t = 0, n = 0;
    Index index = Index::offset;
};

/// The binders check what is UNPREDICTABLE in every instruction set: writeback to the PC or to the transfer register,
/// narrow transfers of the PC. Rules of one encoding only are the translators'.
Decoded bind_single(Decoding& op, const DecodeContext& ctx, const Single& x, s32 offset);
Decoded bind_single(Decoding& op, const DecodeContext& ctx, const Single& x, u32 m, bool add, ShiftSpec shift);
/// From a fixed address: the literal forms.
Decoded bind_literal(Decoding& op, const DecodeContext& ctx, const Single& x, u32 address);

struct Dual {
    bool is_store = false;
    u32 t = 0, t2 = 0, n = 0;
    Index index = Index::offset;
};
Decoded bind_dual(Decoding& op, const Dual& x, s32 offset);
Decoded bind_dual(Decoding& op, const Dual& x, u32 m, bool add);
Decoded bind_dual_literal(Decoding& op, const Dual& x, u32 address);

enum class BlockMode : u8 { ia, ib, da, db };
struct Block {
    bool is_store = false;
    BlockMode mode = BlockMode::ia;
    u32 n = 0, list = 0;
    bool writeback = false;
};
Decoded bind_block(Decoding& op, const DecodeContext& ctx, const Block& x);
Decoded bind_block_user(Decoding& op, const DecodeContext& ctx, const Block& x);  ///< LDM/STM ^ without PC
Decoded bind_block_eret(Decoding& op, const DecodeContext& ctx, const Block& x);  ///< LDM ^ with PC

/// LDREX, STREX families. `size` 1, 2, 4, 8; for size 8 `t2` is the second register.
Decoded bind_load_exclusive(Decoding& op, unsigned size, u32 t, u32 t2, u32 n, u32 offset);
Decoded bind_store_exclusive(Decoding& op, unsigned size, u32 d, u32 t, u32 t2, u32 n, u32 offset);
Decoded bind_clrex(Decoding& op);
Decoded bind_swap(Decoding& op, const DecodeContext& ctx, bool byte, u32 t, u32 m, u32 n);
/// PLD, PLDW, PLI: no architectural effect. `n` and `m` are the registers of the address.
Decoded bind_preload(Decoding& op, Preload what, u32 n, s32 offset);
Decoded bind_preload(Decoding& op, Preload what, u32 n, u32 m, bool add, ShiftSpec shift);
Decoded bind_preload_literal(Decoding& op, Preload what, u32 address);
Decoded bind_memory_hint(Decoding& op);  ///< unallocated hints

/// Where a load of the PC goes: back, if it is from the stack. ARM DDI 0406C §A2.3.1 (LoadWritePC).
constexpr BranchKind kind_of_load(u32 n) { return n == 13 ? BranchKind::ret : BranchKind::indirect; }

constexpr s32 signed_offset(u32 magnitude, bool add) {
    return add ? static_cast<s32>(magnitude) : -static_cast<s32>(magnitude);
}

// --- address generation at run time ---------------------------------------------------------------------------

/// How a handler forms its address. `lsl_*`: Rn + (Rm << amount), the common register offsets; `general`: any shift,
/// any sign, index form in op.aux.
enum class AddressForm : u8 { imm_offset, imm_pre, imm_post, absolute, lsl_offset, lsl_pre, lsl_post, general };

constexpr bool writes_back(AddressForm form) {
    return form != AddressForm::imm_offset && form != AddressForm::absolute && form != AddressForm::lsl_offset;
}

constexpr u32 general_subtract = 4;  ///< in op.aux, beside the Index

u32 shifted_index(const CpuState& s, const Op& op);  ///< Shift(R[m], type, amount, carry), possibly negated

struct Address {
    u32 va;
    u32 base;  ///< value for Rn when the form writes back (`general` without writeback: the old value)
};

template <AddressForm F>
[[gnu::always_inline]] inline Address form_address(const CpuState& s, const Op& op) {
    if constexpr (F == AddressForm::absolute) return {op.imm, 0};
    const u32 base = s.r[op.rn];
    if constexpr (F == AddressForm::general) {
        const u32 sum = base + shifted_index(s, op);
        const auto index = static_cast<Index>(op.aux & 3);
        return {index == Index::post ? base : sum, index == Index::offset ? base : sum};
    } else {
        constexpr bool by_imm = F == AddressForm::imm_offset || F == AddressForm::imm_pre || F == AddressForm::imm_post;
        const u32 sum = base + (by_imm ? op.imm : s.r[op.rm] << op.amount);
        return {F == AddressForm::imm_post || F == AddressForm::lsl_post ? base : sum, sum};
    }
}

/// Set the op's address fields and state their roles; returns the form.
inline AddressForm set_imm_address(Decoding& op, u32 n, s32 offset, Index index) {
    op.rn = reads(op, n);
    if (index != Index::offset) writes_back(op, n);
    op.imm = static_cast<u32>(offset);
    return index == Index::offset ? AddressForm::imm_offset
           : index == Index::pre  ? AddressForm::imm_pre
                                  : AddressForm::imm_post;
}
inline AddressForm set_reg_address(Decoding& op, u32 n, u32 m, bool add, ShiftSpec shift, Index index) {
    op.rn = reads(op, n);
    op.rm = reads(op, m);
    if (index != Index::offset) writes_back(op, n);
    if (shift.type == SRType::rrx) reads_flags(op, flag::C);
    op.shift = static_cast<u8>(shift.type);
    op.amount = shift.amount;
    op.aux = static_cast<u32>(index) | (add ? 0 : general_subtract);
    if (!add || shift.type != SRType::lsl) return AddressForm::general;
    return index == Index::offset ? AddressForm::lsl_offset
           : index == Index::pre  ? AddressForm::lsl_pre
                                  : AddressForm::lsl_post;
}

}  // namespace vtoll::isa
