// SPDX-License-Identifier: Apache-2.0
// Loads and stores that L0 serves (isa/exec/memory/memory.hpp); the others are their handlers'.
#include <bit>

#include "core/cpu/translate/block_code.hpp"

namespace vtoll::core {

using namespace Xbyak::util;
using isa::Access;
using isa::AddressForm;
using isa::L0Entry;
using isa::Work;

/// In EAX, where nothing changes it before the access.
BlockCode::Gp BlockCode::address(const isa::Decoding& op) {
    const auto form = static_cast<AddressForm>(op.meaning.form);
    if (form == AddressForm::absolute) {
        a_.mov(eax, op.imm);
        return eax;
    }
    const Value base = use(op, op.rn);
    if (form == AddressForm::lsl_offset) {
        const Value index = use(op, op.rm);
        move(eax, index);
        if (op.amount) a_.shl(eax, op.amount);
        if (base.known) a_.add(eax, static_cast<s32>(base.imm));
        else a_.add(eax, base.reg);
        return eax;
    }
    move(eax, base);
    if (form != AddressForm::imm_post && op.imm) a_.add(eax, static_cast<s32>(op.imm));
    return eax;
}

/// RCX + RAX is the host's address of the `bytes` at EAX then. `low_bits`: of the address that must be 0. `span`: the
/// access may be of more than one line or page.
void BlockCode::find_in_l0(u32 bytes, u32 low_bits, bool write, bool span, const Label& slow) {
    const unsigned shift = s().l0_shift;
    constexpr unsigned entry_bits = std::countr_zero(sizeof(L0Entry));
    static_assert(std::has_single_bit(sizeof(L0Entry)));
    constexpr u32 index_mask = ((1u << isa::CpuState::l0_bits) - 1) << entry_bits;
    if (span) {
        a_.mov(ecx, eax);
        a_.and_(ecx, (1u << shift) - 1);
        a_.cmp(ecx, (1u << shift) - bytes);
        a_.ja(slow);
    }
    a_.mov(ecx, eax);
    a_.shr(ecx, shift - entry_bits);
    a_.mov(edx, eax);
    a_.and_(ecx, index_mask);
    a_.and_(edx, static_cast<s32>(s().l0_mask | low_bits));
    const s64 table = reinterpret_cast<const char*>(s().l0.data()) - reinterpret_cast<const char*>(&s());
    const auto entry = [&](const auto& member) {
        const s64 offset = reinterpret_cast<const char*>(&member) - reinterpret_cast<const char*>(s().l0.data());
        return qword[rdi + rcx + static_cast<std::size_t>(table + offset)];
    };
    const L0Entry& first = s().l0[0];
    a_.or_(rdx, at(s().l0_ctx));
    a_.cmp(rdx, entry(write ? first.write_tag : first.read_tag));
    a_.jne(slow);
    a_.mov(rcx, entry(first.host));
}

void BlockCode::load_one(const isa::Decoding& op, const Xbyak::RegExp& from) {
    switch (static_cast<Access>(op.meaning.operation)) {
    case Access::word: a_.mov(eax, dword[from]); break;
    case Access::half: a_.movzx(eax, word[from]); break;
    case Access::byte: a_.movzx(eax, byte[from]); break;
    case Access::signed_half: a_.movsx(eax, word[from]); break;
    case Access::signed_byte: a_.movsx(eax, byte[from]); break;
    }
    set(op.rd, Value::in(eax));
}

void BlockCode::store_one(const isa::Decoding& op, const Xbyak::RegExp& to) {
    const Value value = use(op, op.rd);
    Gp reg = value.reg;
    if (value.known) {
        a_.mov(edx, value.imm);
        reg = edx;
    }
    switch (static_cast<Access>(op.meaning.operation)) {
    case Access::word: a_.mov(dword[to], reg); break;
    case Access::half: a_.mov(word[to], reg.cvt16()); break;
    default: a_.mov(byte[to], reg.cvt8()); break;
    }
}

void BlockCode::access(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const auto form = static_cast<AddressForm>(op.meaning.form);
    const auto kind = static_cast<Access>(op.meaning.operation);
    const u32 bytes = kind == Access::word ? 4 : kind == Access::byte || kind == Access::signed_byte ? 1 : 2;
    const bool store = op.meaning.work == Work::store;
    Label slow;
    if (store && op.rd != 15) use_register(op.rd);
    address(op);
    find_in_l0(bytes, bytes - 1, store, false, slow);
    if (store) store_one(op, rcx + rax);
    else load_one(op, rcx + rax);
    if (writes_back(form)) adjust(op.rn, op.imm);
    end_slow_path(i, slow);
}

void BlockCode::dual_access(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const auto form = static_cast<AddressForm>(op.meaning.form);
    const bool store = op.meaning.work == Work::store_dual;
    Label slow;
    if (store) use_register(op.rd), use_register(op.ra);
    address(op);
    find_in_l0(8, 3, store, true, slow);
    if (store) {
        a_.mov(dword[rcx + rax], use_register(op.rd));
        a_.mov(dword[rcx + rax + 4], use_register(op.ra));
    } else {
        a_.mov(edx, dword[rcx + rax]);
        a_.mov(eax, dword[rcx + rax + 4]);
        set(op.rd, Value::in(edx));
        set(op.ra, Value::in(eax));
    }
    if (writes_back(form)) adjust(op.rn, op.imm);
    end_slow_path(i, slow);
}

/// LDM, STM: one look-up where the words are in one line or page, word by word between memory and CpuState then.
void BlockCode::block_access(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const bool store = op.meaning.work == Work::store_block;
    Label slow;
    const Gp base = use_register(op.rn);
    a_.mov(eax, base);
    if (const s32 lowest = static_cast<s32>(sign_extend(op.aux & 0xffff, 16))) a_.add(eax, lowest);
    find_in_l0(4u * op.units, 3, store, true, slow);
    a_.add(rcx, rax);
    s32 offset = 0;
    for (u32 list = op.imm; list; list &= list - 1, offset += 4) {
        const unsigned r = static_cast<unsigned>(std::countr_zero(list));
        const auto known = registers_.of(r);
        if (store && r == 15) {
            a_.mov(dword[rcx + offset], isa::pc_read(op, c_.block.key.thumb()));
        } else if (store) {
            if (!known) a_.mov(eax, at(s().r[r]));
            a_.mov(dword[rcx + offset], known ? host(*known) : Gp(eax));
        } else {
            const Gp to = known ? host(*known) : Gp(eax);
            if (known) changed(to);
            a_.mov(to, dword[rcx + offset]);
            a_.mov(at(s().r[r]), to);
        }
    }
    if (op.meaning.sets) adjust(op.rn, static_cast<u32>(static_cast<s32>(op.aux) >> 16));
    end_slow_path(i, slow);
}

}  // namespace vtoll::core
