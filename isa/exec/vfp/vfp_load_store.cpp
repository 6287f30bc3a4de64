// SPDX-License-Identifier: Apache-2.0
// VLDR, VSTR, VLDM, VSTM, VPUSH, VPOP. ARM DDI 0406C §A7.6. All are word-aligned, word-sized accesses.
#include "isa/encodings/tables.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/vfp/vfp.hpp"

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

void set_registers(Op& op, u32 first_word, bool is_double, bool is_store) {
    op.rd = static_cast<u8>(first_word);
    op.ra = is_double;
    op.flags |= op_align_always | (2 << op_size_shift) | (is_store ? op_writes_mem : op_reads_mem);
}

Decoded single(const Fields& f, const DecodeContext& ctx, Op& op, bool is_double, bool is_store) {
    const u32 n = f('n'), d = is_double ? double_register(f, 'd') : single_register(f, 'd');
    if (!has_double(ctx, is_double ? d : 0)) return Decoded::undefined;
    set_registers(op, is_double ? 2 * d : d, is_double, is_store);
    op.units = 1;
    const u32 offset = f('U') ? 4 * f('i') : 0 - 4 * f('i');
    if (n == 15) {
        if (is_store && !is_a32_row(f)) return Decoded::unpredictable;
        op.imm = (pc_read(op, !is_a32_row(f)) & ~3u) + offset;
        if (is_store) return is_double ? bind_vfp<vstr<2, true>>(op) : bind_vfp<vstr<1, true>>(op);
        return is_double ? bind_vfp<vldr<2, true>>(op) : bind_vfp<vldr<1, true>>(op);
    }
    op.rn = static_cast<u8>(n);
    op.imm = offset;
    if (is_store) return is_double ? bind_vfp<vstr<2, false>>(op) : bind_vfp<vstr<1, false>>(op);
    return is_double ? bind_vfp<vldr<2, false>>(op) : bind_vfp<vldr<1, false>>(op);
}

/// `up`: increment after, else decrement before (which always writes back). VPUSH and VPOP have no field n.
Decoded multiple(const Fields& f, const DecodeContext& ctx, Op& op, bool is_double, bool is_store, bool up) {
    const u32 n = f.has('n') ? f('n') : 13, imm8 = f('i');
    const bool writeback = !f.has('W') || f('W');
    // An odd count of words is FLDMX, FSTMX: the doublewords that are whole, and a gap of a word (§A8.8.332).
    const u32 words = is_double ? imm8 & ~1u : imm8;
    const u32 d = is_double ? double_register(f, 'd') : single_register(f, 'd');
    const u32 first = is_double ? 2 * d : d;
    if (!has_double(ctx, is_double ? d : 0)) return Decoded::undefined;
    const u32 file = is_double && ctx.features->vfp_d32 ? 64 : 32;
    if (words == 0 || words > 32 || first + words > file) return Decoded::unpredictable;
    if (n == 15 && (writeback || !is_a32_row(f))) return Decoded::unpredictable;
    set_registers(op, first, is_double, is_store);
    op.rn = source(op, n);
    op.amount = static_cast<u8>(words);
    op.units = static_cast<u8>((words + 1) / 2);
    const u32 bytes = 4 * imm8;
    op.imm = up ? 0 : 0 - bytes;
    op.aux = !writeback ? 0 : up ? bytes : 0 - bytes;
    return is_store ? bind_vfp<vstm>(op) : bind_vfp<vldm>(op);
}

}  // namespace

#define TRANSLATE(fn, ...) \
    Decoded vfp::fn(const Fields& f, const DecodeContext& ctx, Op& op) { __VA_ARGS__ }

TRANSLATE(VLDR_D, return single(f, ctx, op, true, false);)
TRANSLATE(VLDR_S, return single(f, ctx, op, false, false);)
TRANSLATE(VSTR_D, return single(f, ctx, op, true, true);)
TRANSLATE(VSTR_S, return single(f, ctx, op, false, true);)
TRANSLATE(VLDMIA_D, return multiple(f, ctx, op, true, false, true);)
TRANSLATE(VLDMIA_S, return multiple(f, ctx, op, false, false, true);)
TRANSLATE(VLDMDB_D, return multiple(f, ctx, op, true, false, false);)
TRANSLATE(VLDMDB_S, return multiple(f, ctx, op, false, false, false);)
TRANSLATE(VPOP_D, return multiple(f, ctx, op, true, false, true);)
TRANSLATE(VPOP_S, return multiple(f, ctx, op, false, false, true);)
TRANSLATE(VSTMIA_D, return multiple(f, ctx, op, true, true, true);)
TRANSLATE(VSTMIA_S, return multiple(f, ctx, op, false, true, true);)
TRANSLATE(VSTMDB_D, return multiple(f, ctx, op, true, true, false);)
TRANSLATE(VSTMDB_S, return multiple(f, ctx, op, false, true, false);)
TRANSLATE(VPUSH_D, return multiple(f, ctx, op, true, true, false);)
TRANSLATE(VPUSH_S, return multiple(f, ctx, op, false, true, false);)

}  // namespace vtoll::isa
