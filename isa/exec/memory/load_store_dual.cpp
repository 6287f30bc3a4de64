// SPDX-License-Identifier: Apache-2.0
// LDRD and STRD. Two word accesses: machines run one processor at a time, so the pair is single-copy atomic as the
// Large Physical Address Extension asks of an aligned one (ARM DDI 0406C §A3.5.3).
#include "isa/exec/memory/load_store.hpp"
#include "isa/exec/memory/memory.hpp"

namespace vtoll::isa {

namespace {

template <bool Writeback>
[[gnu::always_inline]] inline const Op* finish(CpuState& s, const Op* op, u32 base, u32 lo, u32 hi) {
    if constexpr (Writeback) s.r[op->rn] = base;
    s.r[op->rd] = lo;
    s.r[op->ra] = hi;
    VTOLL_NEXT(s, op);
}

template <bool Writeback>
[[gnu::noinline]] const Op* load_slow(CpuState& s, const Op* op, u32 va, u32 base) {
    const Loaded lo = load<u32>(s, op, va);
    if (lo.fault) return nullptr;
    const Loaded hi = load<u32>(s, op, va + 4);
    if (hi.fault) return nullptr;
    return finish<Writeback>(s, op, base, lo.value, hi.value);
}

template <AddressForm F>
[[gnu::always_inline]] inline const Op* load_dual(CpuState& s, const Op* op) {
    const Address a = form_address<F>(s, *op);
    if (const u8* host = l0_span(s, a.va, 8, false)) [[likely]]
        return finish<writes_back(F)>(s, op, a.base, host_word(host), host_word(host + 4));
    return load_slow<writes_back(F)>(s, op, a.va, a.base);
}

template <bool Writeback>
[[gnu::noinline]] const Op* store_slow(CpuState& s, const Op* op, u32 va, u32 base) {
    if (!store<u32>(s, op, va, s.r[op->rd]) || !store<u32>(s, op, va + 4, s.r[op->ra])) return nullptr;
    if constexpr (Writeback) s.r[op->rn] = base;
    VTOLL_NEXT(s, op);
}

template <AddressForm F>
[[gnu::always_inline]] inline const Op* store_dual(CpuState& s, const Op* op) {
    const Address a = form_address<F>(s, *op);
    if (u8* host = l0_span(s, a.va, 8, true)) [[likely]] {
        set_host_word(host, s.r[op->rd]);
        set_host_word(host + 4, s.r[op->ra]);
        if constexpr (writes_back(F)) s.r[op->rn] = a.base;
        VTOLL_NEXT(s, op);
    }
    return store_slow<writes_back(F)>(s, op, a.va, a.base);
}

Decoded choose(Decoding& op, AddressForm form, bool is_store) {
    op.meaning = {is_store ? Work::store_dual : Work::load_dual, 0, static_cast<u8>(form)};
    switch (form) {
#define CASE(F) \
    case AddressForm::F: return is_store ? bind<store_dual<AddressForm::F>>(op) : bind<load_dual<AddressForm::F>>(op)
        CASE(imm_offset);
        CASE(imm_pre);
        CASE(imm_post);
        CASE(absolute);
        CASE(general);
#undef CASE
    case AddressForm::lsl_offset:
    case AddressForm::lsl_pre:
    case AddressForm::lsl_post: break;  // rare: `general` does them
    }
    return is_store ? bind<store_dual<AddressForm::general>>(op) : bind<load_dual<AddressForm::general>>(op);
}

bool set_transfer(Decoding& op, const Dual& x) {
    if (x.index != Index::offset && (x.n == 15 || x.n == x.t || x.n == x.t2)) return false;
    op.flags |= op_align_always | (2 << op_size_shift) | (x.is_store ? op_writes_mem : op_reads_mem);
    op.rd = x.is_store ? reads_late(op, x.t) : writes(op, x.t);
    op.ra = x.is_store ? reads_late(op, x.t2) : writes(op, x.t2);
    op.units = 2;
    return true;
}

}  // namespace

Decoded bind_dual(Decoding& op, const Dual& x, s32 offset) {
    if (!set_transfer(op, x)) return Decoded::unpredictable;
    return choose(op, set_imm_address(op, x.n, offset, x.index), x.is_store);
}

Decoded bind_dual(Decoding& op, const Dual& x, u32 m, bool add) {
    if (m == 15 || !set_transfer(op, x)) return Decoded::unpredictable;
    return choose(op, set_reg_address(op, x.n, m, add, {SRType::lsl, 0}, x.index), x.is_store);
}

Decoded bind_dual_literal(Decoding& op, const Dual& x, u32 address) {
    if (!set_transfer(op, x)) return Decoded::unpredictable;
    op.imm = address;
    uses_own_address(op);
    return choose(op, AddressForm::absolute, x.is_store);
}

}  // namespace vtoll::isa
