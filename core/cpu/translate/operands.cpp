// SPDX-License-Identifier: Apache-2.0
// Core registers in host registers, flags, conditions.
#include "core/cpu/translate/block_code.hpp"

namespace vtoll::core {

using namespace Xbyak::util;

BlockCode::Gp BlockCode::host(unsigned h) {
    static const Gp registers[HostRegisters::count] = {esi, r8d, r9d, r10d, r11d};
    return registers[h];
}

/// By its distance from CpuState where that reaches, else by its address in RCX.
BlockCode::Mem BlockCode::field(const void* address, u32 size) {
    const s64 distance = static_cast<const char*>(address) - reinterpret_cast<const char*>(&s());
    const Xbyak::AddressFrame bits(static_cast<int>(8 * size));
    if (distance == static_cast<s32>(distance)) return bits[rdi + static_cast<std::size_t>(distance)];
    a_.mov(rcx, reinterpret_cast<u64>(address));
    return bits[rcx];
}

void BlockCode::reload(unsigned h, unsigned guest) { a_.mov(host(h), at(s().r[guest])); }

BlockCode::Gp BlockCode::use_register(unsigned guest) {
    const auto [h, loaded] = registers_.take(guest);
    if (!loaded) {
        changed(host(h));
        reload(h, guest);
    }
    return host(h);
}

/// r15 is a constant: ARM DDI 0406C §A2.3.1.
BlockCode::Value BlockCode::use(const isa::Op& op, unsigned guest) {
    if (guest == 15) return Value::constant(isa::pc_read(op, c_.block.key.thumb()));
    return Value::in(use_register(guest));
}

void BlockCode::move(const Gp& to, const Value& from) {
    if (from.known) a_.mov(to, from.imm);
    else if (from.reg != to) a_.mov(to, from.reg);
}

/// The host register changes: flags can't be found by it any more.
void BlockCode::changed(const Gp& reg) {
    if (flags_.kind == flags_.nowhere) return;
    const bool second = flags_.kind == flags_.compared && !flags_.second.known && flags_.second.reg == reg;
    if (flags_.first == reg || second) flags_.kind = flags_.nowhere;
}

BlockCode::Gp BlockCode::target(unsigned guest, const Value& second) {
    const auto own = registers_.of(guest);
    if (!own && conditional()) return eax;
    const Gp reg = host(own ? *own : registers_.take(guest).host);
    if (!second.known && second.reg == reg) return eax;
    changed(reg);
    return reg;
}

void BlockCode::set(unsigned guest, const Value& value) {
    if (registers_.of(guest) || !conditional()) {
        const Gp reg = host(registers_.take(guest).host);
        changed(reg);
        move(reg, value);
    }
    if (value.known) a_.mov(at(s().r[guest]), value.imm);
    else a_.mov(at(s().r[guest]), value.reg);
}

/// Writeback of a base.
void BlockCode::adjust(unsigned guest, u32 by) {
    const Gp reg = use_register(guest);
    changed(reg);
    a_.add(reg, static_cast<s32>(by));
    a_.mov(at(s().r[guest]), reg);
}

void BlockCode::forget_registers() {
    registers_.forget_all();
    flags_.kind = flags_.nowhere;
}

/// In front of a condition: what the instruction reads is in registers then, whether or not it is skipped.
void BlockCode::prepare(const isa::Decoding& op) {
    const bool block = op.meaning.work == isa::Work::load_block || op.meaning.work == isa::Work::store_block;
    const u16 reads = block ? static_cast<u16>(1u << op.rn) : op.roles.reads();
    for (unsigned r = 0; r < 15; ++r)
        if (reads >> r & 1) use_register(r);
}

namespace {

/// The host's condition behind a comparison of the same operands, by the guest's. ARM DDI 0406C §A8.3: C is the inverse
/// of the host's borrow.
Condition after_compare(unsigned cond) {
    using enum Condition;
    static constexpr Condition conditions[14] = {equal,    not_equal, not_below,    below,      sign,
                                                 not_sign, overflow,  not_overflow, above,      not_above,
                                                 not_less, less,      greater,      not_greater};
    return conditions[cond];
}

}  // namespace

void BlockCode::jump_if(unsigned cond, const Label& to) {
    using enum Condition;
    if (flags_.kind == flags_.compared) {
        if (flags_.second.known) a_.cmp(flags_.first, static_cast<s32>(flags_.second.imm));
        else a_.cmp(flags_.first, flags_.second.reg);
        a_.jump_if(after_compare(cond), to);
        return;
    }
    const bool inverse = cond & 1;
    switch (cond >> 1) {
    case 0:  // EQ
    case 2:  // MI
        if (flags_.kind == flags_.result) a_.test(flags_.first, flags_.first);
        else a_.cmp(at(cond >> 1 ? s().nf : s().zf), 0);
        a_.jump_if(cond >> 1 ? (inverse ? not_sign : sign) : (inverse ? not_equal : equal), to);
        return;
    case 1:  // CS
        a_.cmp(at(s().cf), 0);
        a_.jump_if(inverse ? equal : not_equal, to);
        return;
    case 3:  // VS
        a_.cmp(at(s().vf), 0);
        a_.jump_if(inverse ? not_sign : sign, to);
        return;
    case 4: {  // HI: C set and Z clear
        Label no;
        a_.cmp(at(s().cf), 0);
        a_.jump_if(equal, inverse ? to : no);
        a_.cmp(at(s().zf), 0);
        a_.jump_if(inverse ? equal : not_equal, to);
        a_.L(no);
        return;
    }
    case 5:  // GE
        a_.mov(eax, at(s().nf));
        a_.xor_(eax, at(s().vf));
        a_.jump_if(inverse ? sign : not_sign, to);
        return;
    default: {  // GT: Z clear and N equal to V
        Label no;
        a_.cmp(at(s().zf), 0);
        a_.jump_if(equal, inverse ? to : no);
        a_.mov(eax, at(s().nf));
        a_.xor_(eax, at(s().vf));
        a_.jump_if(inverse ? sign : not_sign, to);
        a_.L(no);
        return;
    }
    }
}

}  // namespace vtoll::core
