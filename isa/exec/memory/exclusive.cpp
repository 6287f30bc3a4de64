// SPDX-License-Identifier: Apache-2.0
// LDREX, STREX, CLREX, SWP, and the memory hints. ARM DDI 0406C §A3.4, §A8.8.75 to §A8.8.78, §A8.8.212, §A8.8.229.
#include "isa/exec/memory/load_store.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

u32 exclusive_address(const CpuState& s, const Op& op) { return s.r[op.rn] + op.imm; }

// The load comes first: once it has succeeded, marking the address can't fault.
template <class T>
bool load_exclusive(CpuState& s, const Op& op) {
    const u32 va = exclusive_address(s, op);
    const Loaded loaded = load<T>(s, &op, va);
    if (loaded.fault) return false;
    s.env->mark_exclusive(&op, va, sizeof(T));
    s.r[op.rd] = loaded.value;
    return true;
}

// The word at the lower address goes to the first register in either byte order (§A8.8.77).
bool load_exclusive_dual(CpuState& s, const Op& op) {
    const u32 va = exclusive_address(s, op);
    const Loaded64 loaded = s.env->load64(&op, va);
    if (loaded.fault) return false;
    s.env->mark_exclusive(&op, va, 8);
    s.r[op.rd] = static_cast<u32>(loaded.value);
    s.r[op.ra] = static_cast<u32>(loaded.value >> 32);
    return true;
}

template <class T>
bool store_exclusive(CpuState& s, const Op& op) {
    const u32 va = exclusive_address(s, op);
    const Loaded pass = s.env->check_exclusive(&op, va, sizeof(T));
    if (pass.fault) return false;
    if (pass.value && !store<T>(s, &op, va, s.r[op.rm])) return false;
    s.r[op.rd] = !pass.value;
    return true;
}

bool store_exclusive_dual(CpuState& s, const Op& op) {
    const u32 va = exclusive_address(s, op);
    const Loaded pass = s.env->check_exclusive(&op, va, 8);
    if (pass.fault) return false;
    if (pass.value && !s.env->store64(&op, va, u64(s.r[op.ra]) << 32 | s.r[op.rm])) return false;
    s.r[op.rd] = !pass.value;
    return true;
}

void clear_exclusive(CpuState& s, const Op&) { s.env->clear_exclusive(); }

/// SCTLR.SW enables SWP where the Multiprocessing Extensions are present; Hyp mode has no such bit (§B4.1.130).
bool swap_enabled(const CpuState& s) {
    if (!s.features.multiprocessing) return true;
    return !s.is_hyp() && (s.sys.sctlr & sctlr::SW);
}

template <class T>
bool swap(CpuState& s, const Op& op) {
    if (!swap_enabled(s)) return TakeUndefInstrException(s, &op) != nullptr;
    const u32 va = s.r[op.rn];
    const Loaded loaded = load<T>(s, &op, va);
    if (loaded.fault || !store<T>(s, &op, va, s.r[op.rm])) return false;
    s.r[op.rd] = loaded.value;
    return true;
}

void no_effect(CpuState&, const Op&) {}

template <Preload What, AddressForm F>
void preload(CpuState& s, const Op& op) {
    s.env->preload(&op, form_address<F>(s, op).va, What);
}
template <AddressForm F>
Decoded choose_preload(Decoding& op, Preload what) {
    switch (what) {
    case Preload::read: return bind<preload<Preload::read, F>>(op);
    case Preload::write: return bind<preload<Preload::write, F>>(op);
    default: return bind<preload<Preload::instruction, F>>(op);
    }
}

constexpr u16 size_flags(unsigned size) {
    return static_cast<u16>((size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3) << op_size_shift);
}

}  // namespace

Decoded bind_load_exclusive(Decoding& op, unsigned size, u32 t, u32 t2, u32 n, u32 offset) {
    if (t == 15 || n == 15) return Decoded::unpredictable;
    op.flags |= op_exclusive | op_align_always | op_reads_mem | size_flags(size);
    op.rd = writes(op, t);
    op.ra = size == 8 ? writes(op, t2) : static_cast<u8>(t2);
    op.rn = reads(op, n);
    op.imm = offset;
    switch (size) {
    case 1: return bind<load_exclusive<u8>>(op);
    case 2: return bind<load_exclusive<u16>>(op);
    case 4: return bind<load_exclusive<u32>>(op);
    default: return bind<load_exclusive_dual>(op);
    }
}

Decoded bind_store_exclusive(Decoding& op, unsigned size, u32 d, u32 t, u32 t2, u32 n, u32 offset) {
    if (d == 15 || t == 15 || n == 15 || d == n || d == t || d == t2) return Decoded::unpredictable;
    op.flags |= op_exclusive | op_align_always | op_writes_mem | size_flags(size);
    op.rd = writes(op, d);
    op.rm = reads_late(op, t);
    op.ra = size == 8 ? reads_late(op, t2) : static_cast<u8>(t2);
    op.rn = reads(op, n);
    op.imm = offset;
    switch (size) {
    case 1: return bind<store_exclusive<u8>>(op);
    case 2: return bind<store_exclusive<u16>>(op);
    case 4: return bind<store_exclusive<u32>>(op);
    default: return bind<store_exclusive_dual>(op);
    }
}

Decoded bind_clrex(Decoding& op) { return bind<clear_exclusive>(op); }

Decoded bind_swap(Decoding& op, const DecodeContext&, bool byte, u32 t, u32 m, u32 n) {
    if (t == 15 || m == 15 || n == 15 || n == t || n == m) return Decoded::unpredictable;
    op.flags |= op_align_always | op_reads_mem | op_writes_mem | size_flags(byte ? 1 : 4);
    op.rd = writes(op, t);
    op.rm = reads_late(op, m);
    op.rn = reads(op, n);
    return byte ? bind<swap<u8>>(op) : bind<swap<u32>>(op);
}

Decoded bind_preload(Decoding& op, Preload what, u32 n, s32 offset) {
    set_imm_address(op, n, offset, Index::offset);
    return choose_preload<AddressForm::imm_offset>(op, what);
}
Decoded bind_preload(Decoding& op, Preload what, u32 n, u32 m, bool add, ShiftSpec shift) {
    if (m == 15) return Decoded::unpredictable;
    set_reg_address(op, n, m, add, shift, Index::offset);
    return choose_preload<AddressForm::general>(op, what);
}
Decoded bind_preload_literal(Decoding& op, Preload what, u32 address) {
    op.imm = address;
    uses_own_address(op);
    return choose_preload<AddressForm::absolute>(op, what);
}
Decoded bind_memory_hint(Decoding& op) { return bind<no_effect>(op); }

}  // namespace vtoll::isa
