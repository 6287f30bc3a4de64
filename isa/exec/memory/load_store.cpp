// SPDX-License-Identifier: Apache-2.0
// LDR, STR and their byte, halfword, signed and unprivileged forms: bodies and the choice of one.
#include "isa/exec/memory/load_store.hpp"

#include "isa/exec/memory/memory.hpp"

namespace vtoll::isa {

u32 shifted_index(const CpuState& s, const Op& op) {
    const u32 value = s.r[op.rm];
    u32 index = 0;
    switch (static_cast<SRType>(op.shift)) {
    case SRType::lsl: index = value << op.amount; break;
    case SRType::lsr: index = op.amount == 32 ? 0 : value >> op.amount; break;
    case SRType::asr: index = static_cast<u32>(static_cast<s32>(value) >> (op.amount == 32 ? 31 : op.amount)); break;
    case SRType::ror: index = (value >> op.amount) | (value << (32 - op.amount)); break;
    case SRType::rrx: index = (s.cf << 31) | (value >> 1); break;
    }
    return op.aux & general_subtract ? 0 - index : index;
}

namespace {

/// Where a loaded value goes.
enum class Dest : u8 { reg, pc };

template <bool Unpriv>
[[gnu::always_inline]] inline u64 access_context(const CpuState& s) {
    return Unpriv ? s.l0_ctx_pl0 : s.l0_ctx;
}

template <bool Writeback, Dest D>
[[gnu::always_inline]] inline const Op* finish_load(CpuState& s, const Op* op, u32 base, u32 value) {
    if constexpr (Writeback) s.r[op->rn] = base;
    if constexpr (D == Dest::pc) {
        return LoadWritePC(s, value);
    } else {
        s.r[op->rd] = value;
        VTOLL_NEXT(s, op);
    }
}

// The slow halves are functions of their own, reached by a sibling call, so that the fast halves have no frame.
template <class T, bool Writeback, Dest D>
[[gnu::noinline]] const Op* load_slow(CpuState& s, const Op* op, u32 va, u32 base) {
    const Loaded loaded = s.env->load(op, va, sizeof(T));
    if (loaded.fault) return nullptr;
    return finish_load<Writeback, D>(s, op, base, static_cast<u32>(static_cast<T>(loaded.value)));
}

template <class T, AddressForm F, bool Unpriv, Dest D>
[[gnu::always_inline]] inline const Op* load_single(CpuState& s, const Op* op) {
    const Address a = form_address<F>(s, *op);
    if (const u8* host = l0_read(s, access_context<Unpriv>(s), a.va, sizeof(T))) [[likely]] {
        T value;
        std::memcpy(&value, host, sizeof value);
        return finish_load<writes_back(F), D>(s, op, a.base, static_cast<u32>(value));
    }
    return load_slow<T, writes_back(F), D>(s, op, a.va, a.base);
}

template <class T, bool Writeback>
[[gnu::noinline]] const Op* store_slow(CpuState& s, const Op* op, u32 va, u32 base) {
    if (!s.env->store(op, va, sizeof(T), static_cast<T>(s.r[op->rd]))) return nullptr;
    if constexpr (Writeback) s.r[op->rn] = base;
    VTOLL_NEXT(s, op);
}

template <class T, AddressForm F, bool Unpriv>
[[gnu::always_inline]] inline const Op* store_single(CpuState& s, const Op* op) {
    const Address a = form_address<F>(s, *op);
    if (u8* host = l0_write(s, access_context<Unpriv>(s), a.va, sizeof(T))) [[likely]] {
        const T value = static_cast<T>(s.r[op->rd]);
        std::memcpy(host, &value, sizeof value);
        if constexpr (writes_back(F)) s.r[op->rn] = a.base;
        VTOLL_NEXT(s, op);
    }
    return store_slow<T, writes_back(F)>(s, op, a.va, a.base);
}

template <class T, Dest D = Dest::reg>
Decoded choose_load(Decoding& op, AddressForm form) {
    switch (form) {
    case AddressForm::imm_offset: return bind<load_single<T, AddressForm::imm_offset, false, D>>(op);
    case AddressForm::imm_pre: return bind<load_single<T, AddressForm::imm_pre, false, D>>(op);
    case AddressForm::imm_post: return bind<load_single<T, AddressForm::imm_post, false, D>>(op);
    case AddressForm::absolute: return bind<load_single<T, AddressForm::absolute, false, D>>(op);
    case AddressForm::lsl_offset: return bind<load_single<T, AddressForm::lsl_offset, false, D>>(op);
    case AddressForm::lsl_pre: return bind<load_single<T, AddressForm::lsl_pre, false, D>>(op);
    case AddressForm::lsl_post: return bind<load_single<T, AddressForm::lsl_post, false, D>>(op);
    case AddressForm::general: break;
    }
    return bind<load_single<T, AddressForm::general, false, D>>(op);
}

template <class T>
Decoded choose_store(Decoding& op, AddressForm form) {
    switch (form) {
    case AddressForm::imm_offset: return bind<store_single<T, AddressForm::imm_offset, false>>(op);
    case AddressForm::imm_pre: return bind<store_single<T, AddressForm::imm_pre, false>>(op);
    case AddressForm::imm_post: return bind<store_single<T, AddressForm::imm_post, false>>(op);
    case AddressForm::absolute: return bind<store_single<T, AddressForm::absolute, false>>(op);
    case AddressForm::lsl_offset: return bind<store_single<T, AddressForm::lsl_offset, false>>(op);
    case AddressForm::lsl_pre: return bind<store_single<T, AddressForm::lsl_pre, false>>(op);
    case AddressForm::lsl_post: return bind<store_single<T, AddressForm::lsl_post, false>>(op);
    case AddressForm::general: break;
    }
    return bind<store_single<T, AddressForm::general, false>>(op);
}

// T32 has the unprivileged forms with an offset, A32 post-indexed (the register forms go the general way).
template <class T>
Decoded choose_unpriv(Decoding& op, AddressForm form, bool is_store) {
    if constexpr (std::is_unsigned_v<T>) {
        if (is_store) {
            if (form == AddressForm::imm_offset) return bind<store_single<T, AddressForm::imm_offset, true>>(op);
            if (form == AddressForm::imm_post) return bind<store_single<T, AddressForm::imm_post, true>>(op);
            return bind<store_single<T, AddressForm::general, true>>(op);
        }
    }
    if (form == AddressForm::imm_offset) return bind<load_single<T, AddressForm::imm_offset, true, Dest::reg>>(op);
    if (form == AddressForm::imm_post) return bind<load_single<T, AddressForm::imm_post, true, Dest::reg>>(op);
    return bind<load_single<T, AddressForm::general, true, Dest::reg>>(op);
}

Decoded choose(Decoding& op, AddressForm form, const Single& x) {
    if (!x.unpriv && (x.is_store || x.t != 15))
        op.meaning = {x.is_store ? Work::store : Work::load, static_cast<u8>(x.access), static_cast<u8>(form)};
    if (x.unpriv) {
        switch (x.access) {
        case Access::word: return choose_unpriv<u32>(op, form, x.is_store);
        case Access::half: return choose_unpriv<u16>(op, form, x.is_store);
        case Access::byte: return choose_unpriv<u8>(op, form, x.is_store);
        case Access::signed_half: return choose_unpriv<s16>(op, form, false);
        case Access::signed_byte: return choose_unpriv<s8>(op, form, false);
        }
    }
    if (x.is_store) {
        if (x.access == Access::word) return choose_store<u32>(op, form);
        return x.access == Access::half ? choose_store<u16>(op, form) : choose_store<u8>(op, form);
    }
    switch (x.access) {
    case Access::word: return x.t == 15 ? choose_load<u32, Dest::pc>(op, form) : choose_load<u32>(op, form);
    case Access::half: return choose_load<u16>(op, form);
    case Access::byte: return choose_load<u8>(op, form);
    case Access::signed_half: return choose_load<s16>(op, form);
    case Access::signed_byte: return choose_load<s8>(op, form);
    }
    return Decoded::undefined;
}

/// Everything but the address. False: UNPREDICTABLE.
bool set_transfer(Decoding& op, const DecodeContext& ctx, const Single& x, bool base_is_pc) {
    const bool writeback = x.index != Index::offset;
    if (writeback && (x.n == 15 || x.n == x.t)) return false;
    if (x.t == 15 && x.access != Access::word) return false;
    // LDRT and its like are UNPREDICTABLE in Hyp mode: ARM DDI 0406C §A8.8.92.
    if (x.unpriv && ctx.privilege == Privilege::pl2) return false;

    unsigned flags = x.is_store ? op_writes_mem : op_reads_mem;
    const bool is_word = x.access == Access::word;
    const bool is_half = x.access == Access::half || x.access == Access::signed_half;
    flags |= (is_word ? 2u : is_half ? 1u : 0u) << op_size_shift;
    if (x.access == Access::signed_half || x.access == Access::signed_byte) flags |= op_sign_ext;
    if (x.unpriv) flags |= op_unpriv;
    // A valid syndrome needs a transfer without writeback that does not use the PC: ARM DDI 0406C §B3.13.6.
    if (!writeback && x.t != 15 && !base_is_pc) flags |= op_iss_valid;
    if (x.t == 15 && !x.is_store) {
        if (mid_it(ctx)) return false;
        branches(op, base_is_pc ? BranchKind::indirect : kind_of_load(x.n));
        op.cls = CostClass::branch_load;
        op.units = 1;
    }
    op.flags |= static_cast<u16>(flags);
    op.rd = x.is_store ? reads_late(op, x.t) : writes(op, x.t);
    return true;
}

}  // namespace

Decoded bind_single(Decoding& op, const DecodeContext& ctx, const Single& x, s32 offset) {
    if (!set_transfer(op, ctx, x, x.n == 15)) return Decoded::unpredictable;
    return choose(op, set_imm_address(op, x.n, offset, x.index), x);
}

Decoded bind_single(Decoding& op, const DecodeContext& ctx, const Single& x, u32 m, bool add, ShiftSpec shift) {
    if (m == 15 || !set_transfer(op, ctx, x, x.n == 15)) return Decoded::unpredictable;
    AddressForm form = set_reg_address(op, x.n, m, add, shift, x.index);
    if (x.unpriv) form = AddressForm::general;
    return choose(op, form, x);
}

Decoded bind_literal(Decoding& op, const DecodeContext& ctx, const Single& x, u32 address) {
    if (!set_transfer(op, ctx, x, true)) return Decoded::unpredictable;
    op.imm = address;
    uses_own_address(op);
    return choose(op, AddressForm::absolute, x);
}

}  // namespace vtoll::isa
