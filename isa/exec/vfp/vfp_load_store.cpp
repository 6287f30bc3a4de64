// SPDX-License-Identifier: Apache-2.0
// VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP. ARM DDI 0406C §A7.6. All are word-aligned, word-sized accesses.
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/vfp/vfp.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::isa {

namespace {

// op.rd: first word of the register file. op.ra: 1 for doublewords, whose words change places in big-endian state.
u32 register_word(const CpuState& s, const Op& op, u32 i) { return op.rd + ((s.psr & psr::E) && op.ra ? i ^ 1 : i); }

// An abort may leave extension registers loaded: the instruction loads them again when it is executed again. The base
// register is not touched before the last access.
[[gnu::noinline]] bool load_words(CpuState& s, const Op* op, u32 va, u32 count) {
    for (u32 i = 0; i < count; ++i) {
        const Loaded loaded = load<u32>(s, op, va + 4 * i);
        if (loaded.fault) return false;
        write_s(s, register_word(s, *op, i), loaded.value);
    }
    return true;
}

[[gnu::noinline]] bool store_words(CpuState& s, const Op* op, u32 va, u32 count) {
    for (u32 i = 0; i < count; ++i)
        if (!store<u32>(s, op, va + 4 * i, read_s(s, register_word(s, *op, i)))) return false;
    return true;
}

// --- one register: op.imm is the offset, or the address when `Absolute`

template <u32 Words, bool Absolute>
[[gnu::always_inline]] inline u32 single_address(const CpuState& s, const Op& op) {
    return Absolute ? op.imm : s.r[op.rn] + op.imm;
}

template <u32 Words>
[[gnu::noinline]] const Op* vldr_slow(CpuState& s, const Op* op, u32 va) {
    if (!load_words(s, op, va, Words)) return nullptr;
    VTOLL_NEXT(s, op);
}
template <u32 Words, bool Absolute>
[[gnu::always_inline]] inline const Op* vldr(CpuState& s, const Op* op) {
    const u32 va = single_address<Words, Absolute>(s, *op);
    if (const u8* host = l0_span(s, va, 4 * Words, false)) [[likely]] {
        std::memcpy(register_bytes(s, op->rd), host, 4 * Words);
        VTOLL_NEXT(s, op);
    }
    return vldr_slow<Words>(s, op, va);
}

template <u32 Words>
[[gnu::noinline]] const Op* vstr_slow(CpuState& s, const Op* op, u32 va) {
    if (!store_words(s, op, va, Words)) return nullptr;
    VTOLL_NEXT(s, op);
}
template <u32 Words, bool Absolute>
[[gnu::always_inline]] inline const Op* vstr(CpuState& s, const Op* op) {
    const u32 va = single_address<Words, Absolute>(s, *op);
    if (u8* host = l0_span(s, va, 4 * Words, true)) [[likely]] {
        std::memcpy(host, register_bytes(s, op->rd), 4 * Words);
        VTOLL_NEXT(s, op);
    }
    return vstr_slow<Words>(s, op, va);
}

// --- several: op.amount words; op.imm is the lowest address less the base, op.aux what the base grows by

[[gnu::always_inline]] inline void copy_words(u8* to, const u8* from, u32 words) {
    for (; words >= 2; words -= 2, to += 8, from += 8) std::memcpy(to, from, 8);
    if (words) std::memcpy(to, from, 4);
}

[[gnu::noinline]] const Op* vldm_slow(CpuState& s, const Op* op, u32 va) {
    if (!load_words(s, op, va, op->amount)) return nullptr;
    if (op->aux) s.r[op->rn] += op->aux;
    VTOLL_NEXT(s, op);
}
[[gnu::always_inline]] inline const Op* vldm(CpuState& s, const Op* op) {
    const u32 va = s.r[op->rn] + op->imm;
    if (const u8* host = l0_span(s, va, 4u * op->amount, false)) [[likely]] {
        copy_words(register_bytes(s, op->rd), host, op->amount);
        if (op->aux) s.r[op->rn] += op->aux;
        VTOLL_NEXT(s, op);
    }
    return vldm_slow(s, op, va);
}

[[gnu::noinline]] const Op* vstm_slow(CpuState& s, const Op* op, u32 va) {
    if (!store_words(s, op, va, op->amount)) return nullptr;
    if (op->aux) s.r[op->rn] += op->aux;
    VTOLL_NEXT(s, op);
}
[[gnu::always_inline]] inline const Op* vstm(CpuState& s, const Op* op) {
    const u32 va = s.r[op->rn] + op->imm;
    if (u8* host = l0_span(s, va, 4u * op->amount, true)) [[likely]] {
        copy_words(host, register_bytes(s, op->rd), op->amount);
        if (op->aux) s.r[op->rn] += op->aux;
        VTOLL_NEXT(s, op);
    }
    return vstm_slow(s, op, va);
}

// --- half the register file, in Hyp mode: a hypervisor switches it, and the books hear of that

constexpr u32 bank_words = 32;

/// Tells whether two contents of the bank are the same.
u64 bank_value(const CpuState& s, const Op& op) {
    u64 hash = 0xcbf2'9ce4'8422'2325;
    for (u32 i = 0; i < bank_words; ++i) hash = (hash ^ read_s(s, op.rd + i)) * 0x100'0000'01b3;
    return hash;
}
void tell_bank(CpuState& s, const Op* op, bool write, RegisterAccess::Effect effect, u64 value) {
    const FpRegister bank = op->rd < bank_words ? FpRegister::low_bank : FpRegister::high_bank;
    s.env->register_accessed(op, {booked_number(bank), write, effect, value});
}
const Op* vldm_bank(CpuState& s, const Op* op) {
    const u64 before = bank_value(s, *op);
    if (!load_words(s, op, s.r[op->rn] + op->imm, op->amount)) return nullptr;
    if (op->aux) s.r[op->rn] += op->aux;
    const u64 now = bank_value(s, *op);
    using Effect = RegisterAccess::Effect;
    tell_bank(s, op, true, now == before ? Effect::none : Effect::changed, now);
    VTOLL_NEXT(s, op);
}
const Op* vstm_bank(CpuState& s, const Op* op) {
    tell_bank(s, op, false, RegisterAccess::Effect::unknown, bank_value(s, *op));
    return vstm(s, op);
}

/// Words `first` to `first + count - 1` of the register file are moved.
void set_words(Decoding& op, u32 first, u32 count, bool is_double, bool is_store) {
    op.rd = static_cast<u8>(first);
    op.ra = is_double;
    is_store ? reads_words(op, first, count) : writes_words(op, first, count);
    op.flags |= op_align_always | (2 << op_size_shift) | (is_store ? op_writes_mem : op_reads_mem);
}

/// The first word of the register in field d, which is a double by its row.
template <bool IsDouble>
u32 first_word(auto f) {
    return IsDouble ? 2 * double_register<'d'>(f) : single_register<'d'>(f);
}

template <bool IsDouble, bool IsStore>
Decoded single(auto f, const DecodeContext& ctx, Decoding& op) {
    constexpr u32 words = IsDouble ? 2 : 1;
    const u32 n = f('n'), first = first_word<IsDouble>(f);
    if (!has_double(ctx, IsDouble ? first / 2 : 0)) return Decoded::undefined;
    set_words(op, first, words, IsDouble, IsStore);
    op.units = 1;
    const u32 offset = f('U') ? 4 * f('i') : 0 - 4 * f('i');
    if (n == 15) {
        if (IsStore && f.thumb()) return Decoded::unpredictable;
        op.imm = (pc_read(op, f.thumb()) & ~3u) + offset;
        uses_own_address(op);
        return IsStore ? bind_vfp<vstr<words, true>>(op) : bind_vfp<vldr<words, true>>(op);
    }
    op.rn = reads(op, n);
    op.imm = offset;
    return IsStore ? bind_vfp<vstr<words, false>>(op) : bind_vfp<vldr<words, false>>(op);
}

/// `Up`: increment after, else decrement before (which always writes back). VPUSH and VPOP have no field n.
template <bool IsDouble, bool IsStore, bool Up>
Decoded multiple(auto f, const DecodeContext& ctx, Decoding& op) {
    const u32 n = f('n', 13), imm8 = f('i'), first = first_word<IsDouble>(f);
    const bool writeback = f('W', 1);
    // An odd count of words is FLDMX, FSTMX: the doublewords that are whole, and a gap of a word (§A8.8.332).
    const u32 words = IsDouble ? imm8 & ~1u : imm8;
    if (!has_double(ctx, IsDouble ? first / 2 : 0)) return Decoded::undefined;
    const u32 file = IsDouble && ctx.features->vfp_d32 ? 64 : 32;
    if (words == 0 || words > 32 || first + words > file) return Decoded::unpredictable;
    if (n == 15 && (writeback || f.thumb())) return Decoded::unpredictable;
    set_words(op, first, words, IsDouble, IsStore);
    op.rn = reads(op, n);
    if (writeback) writes_back(op, n);
    op.amount = static_cast<u8>(words);
    op.units = static_cast<u8>((words + 1) / 2);
    const u32 bytes = 4 * imm8;
    op.imm = Up ? 0 : 0 - bytes;
    op.aux = !writeback ? 0 : Up ? bytes : 0 - bytes;
    if (IsDouble && words == bank_words && first % bank_words == 0 && ctx.privilege == Privilege::pl2)
        return IsStore ? bind_vfp<vstm_bank>(op) : bind_vfp<vldm_bank>(op);
    return IsStore ? bind_vfp<vstm>(op) : bind_vfp<vldm>(op);
}

}  // namespace

VTOLL_TRANSLATE(vfp, VLDR_D) { return single<true, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VLDR_S) { return single<false, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTR_D) { return single<true, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTR_S) { return single<false, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VLDMIA_D) { return multiple<true, false, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VLDMIA_S) { return multiple<false, false, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VLDMDB_D) { return multiple<true, false, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VLDMDB_S) { return multiple<false, false, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VPOP_D) { return multiple<true, false, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VPOP_S) { return multiple<false, false, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTMIA_D) { return multiple<true, true, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTMIA_S) { return multiple<false, true, true>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTMDB_D) { return multiple<true, true, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VSTMDB_S) { return multiple<false, true, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VPUSH_D) { return multiple<true, true, false>(f, ctx, op); }
VTOLL_TRANSLATE(vfp, VPUSH_S) { return multiple<false, true, false>(f, ctx, op); }

}  // namespace vtoll::isa
