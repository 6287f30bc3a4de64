// SPDX-License-Identifier: Apache-2.0
// LDM, STM, PUSH, POP, their user-bank forms and the exception return by LDM.
//
// An abort anywhere in a transfer leaves the registers as they were (the base restored abort model, ARM DDI 0406C
// §B1.9.8): loads go to a buffer first unless the whole transfer is known to succeed.
#include <bit>

#include "isa/exec/memory/load_store.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

// op.imm: the register list. op.aux: the lowest address less the base in the low half, the writeback in the high one.
[[gnu::always_inline]] inline u32 lowest_address(const CpuState& s, const Op& op) {
    return s.r[op.rn] + static_cast<u32>(sign_extend(op.aux, 16));
}
[[gnu::always_inline]] inline u32 written_back(const CpuState& s, const Op& op) {
    return s.r[op.rn] + static_cast<u32>(static_cast<s32>(op.aux) >> 16);
}

constexpr u32 drop_lowest(u32 list) { return list & (list - 1); }

/// Reads op.units words into `values`. Not to be inlined into a handler: its buffer would be in the handler's frame.
[[gnu::noinline]] bool read_words(CpuState& s, const Op* op, u32 va, u32* values) {
    for (unsigned i = 0; i < op->units; ++i) {
        const Loaded loaded = load<u32>(s, op, va + 4 * i);
        if (loaded.fault) return false;
        values[i] = loaded.value;
    }
    return true;
}

[[gnu::noinline]] bool load_registers(CpuState& s, const Op* op, u32 va) {
    u32 values[16];
    if (!read_words(s, op, va, values)) return false;
    const u32* next = values;
    for (u32 list = op->imm; list; list = drop_lowest(list)) s.r[std::countr_zero(list)] = *next++;
    return true;
}

template <bool Writeback, bool ToPc>
[[gnu::always_inline]] inline const Op* finish_load(CpuState& s, const Op* op, u32 base) {
    if constexpr (Writeback) s.r[op->rn] = base;
    if constexpr (ToPc) {
        return LoadWritePC(s, s.r[15]);
    } else {
        VTOLL_NEXT(s, op);
    }
}

template <bool Writeback, bool ToPc>
[[gnu::noinline]] const Op* load_block_slow(CpuState& s, const Op* op, u32 va) {
    const u32 base = written_back(s, *op);
    if (!load_registers(s, op, va)) return nullptr;
    return finish_load<Writeback, ToPc>(s, op, base);
}

template <bool Writeback, bool ToPc>
[[gnu::always_inline]] inline const Op* load_block(CpuState& s, const Op* op) {
    const u32 va = lowest_address(s, *op);
    if (const u8* host = l0_span(s, va, 4u * op->units, false)) [[likely]] {
        const u32 base = written_back(s, *op);
        u32 list = op->imm;  // never empty
        do {
            s.r[std::countr_zero(list)] = host_word(host);
            host += 4;
        } while ((list = drop_lowest(list)));
        return finish_load<Writeback, ToPc>(s, op, base);
    }
    return load_block_slow<Writeback, ToPc>(s, op, va);
}

template <bool Writeback>
[[gnu::noinline]] const Op* store_block_slow(CpuState& s, const Op* op, u32 va) {
    for (u32 list = op->imm; list; list = drop_lowest(list), va += 4)
        if (!store<u32>(s, op, va, s.r[std::countr_zero(list)])) return nullptr;
    if constexpr (Writeback) s.r[op->rn] = written_back(s, *op);
    VTOLL_NEXT(s, op);
}

// The base register is stored as it was before the transfer, also where its value is UNKNOWN (not lowest in the list).
template <bool Writeback>
[[gnu::always_inline]] inline const Op* store_block(CpuState& s, const Op* op) {
    const u32 va = lowest_address(s, *op);
    if (u8* host = l0_span(s, va, 4u * op->units, true)) [[likely]] {
        u32 list = op->imm;
        do {
            set_host_word(host, s.r[std::countr_zero(list)]);
            host += 4;
        } while ((list = drop_lowest(list)));
        if constexpr (Writeback) s.r[op->rn] = written_back(s, *op);
        VTOLL_NEXT(s, op);
    }
    return store_block_slow<Writeback>(s, op, va);
}

/// The user-bank forms and LDM ^ with the PC are UNPREDICTABLE in User and System mode. User mode is seen at decode.
bool has_own_bank(const CpuState& s) { return s.mode() != Mode::sys; }

bool load_user_registers(CpuState& s, const Op& op) {
    if (!has_own_bank(s)) return TakeUndefInstrException(s, &op) != nullptr;
    u32 values[16];
    if (!read_words(s, &op, lowest_address(s, op), values)) return false;
    const u32* next = values;
    for (u32 list = op.imm; list; list = drop_lowest(list))
        s.write_banked(static_cast<unsigned>(std::countr_zero(list)), Mode::usr, *next++);
    return true;
}

bool store_user_registers(CpuState& s, const Op& op) {
    if (!has_own_bank(s)) return TakeUndefInstrException(s, &op) != nullptr;
    u32 va = lowest_address(s, op);
    for (u32 list = op.imm; list; list = drop_lowest(list), va += 4)
        if (!store<u32>(s, &op, va, s.read_banked(static_cast<unsigned>(std::countr_zero(list)), Mode::usr)))
            return false;
    return true;
}

const Op* load_and_return(CpuState& s, const Op* op) {
    if (!has_own_bank(s)) return TakeUndefInstrException(s, op);
    const u32 base = written_back(s, *op);
    if (!load_registers(s, op, lowest_address(s, *op))) return nullptr;
    if (op->amount) s.r[op->rn] = base;
    return exception_return(s, op, s.r[15], s.spsr());
}

/// Everything but the handler. False: UNPREDICTABLE.
bool set_transfer(Decoding& op, const Block& x) {
    const int bytes = 4 * std::popcount(x.list);
    if (x.n == 15 || bytes == 0) return false;
    // Loading the base and writing it back: ARM DDI 0406C §A8.8.58.
    if (!x.is_store && x.writeback && bit(x.list, x.n)) return false;
    int lowest = 0;
    switch (x.mode) {
    case BlockMode::ia: lowest = 0; break;
    case BlockMode::ib: lowest = 4; break;
    case BlockMode::da: lowest = 4 - bytes; break;
    case BlockMode::db: lowest = -bytes; break;
    }
    const bool up = x.mode == BlockMode::ia || x.mode == BlockMode::ib;
    op.aux = (static_cast<u32>(lowest) & 0xffff) | (static_cast<u32>(up ? bytes : -bytes) << 16);
    op.imm = x.list;
    op.rn = reads(op, x.n);
    if (x.writeback) writes_back(op, x.n);
    (x.is_store ? op.roles.late : op.roles.writes) |= static_cast<u16>(x.list);
    if (x.is_store && bit(x.list, 15)) op.flags |= op_reads_pc;
    op.units = static_cast<u8>(bytes / 4);
    op.amount = x.writeback;
    op.flags |= op_align_always | (2 << op_size_shift) | (x.is_store ? op_writes_mem : op_reads_mem);
    return true;
}

}  // namespace

Decoded bind_block(Decoding& op, const DecodeContext& ctx, const Block& x) {
    if (!set_transfer(op, x)) return Decoded::unpredictable;
    op.meaning = {x.is_store ? Work::store_block : Work::load_block, 0, 0, x.writeback};
    if (x.is_store) return x.writeback ? bind<store_block<true>>(op) : bind<store_block<false>>(op);
    if (!bit(x.list, 15)) return x.writeback ? bind<load_block<true, false>>(op) : bind<load_block<false, false>>(op);
    if (mid_it(ctx)) return Decoded::unpredictable;
    op.cls = CostClass::branch_load;
    branches(op, kind_of_load(x.n));
    return x.writeback ? bind<load_block<true, true>>(op) : bind<load_block<false, true>>(op);
}

Decoded bind_block_user(Decoding& op, const DecodeContext& ctx, const Block& x) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0 || !set_transfer(op, x)) return Decoded::unpredictable;
    op.properties.other_bank = true;
    return x.is_store ? bind<store_user_registers>(op) : bind<load_user_registers>(op);
}

Decoded bind_block_eret(Decoding& op, const DecodeContext& ctx, const Block& x) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0 || !set_transfer(op, x)) return Decoded::unpredictable;
    returns_from_exception(op);
    return bind<load_and_return>(op);
}

}  // namespace vtoll::isa
