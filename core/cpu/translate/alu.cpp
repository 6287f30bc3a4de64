// SPDX-License-Identifier: Apache-2.0
// Data processing. The bodies that it stands for are in isa/exec/integer.
#include "core/cpu/translate/block_code.hpp"

namespace vtoll::core {

using namespace Xbyak::util;
using isa::Alu;
using isa::Form;
using isa::Work;

void BlockCode::alu(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const auto flags = static_cast<u16>(op.meaning.sets ? op.roles.flags_written & live_[i] : 0);
    if (is_logical(static_cast<Alu>(op.meaning.operation))) logical(op, flags);
    else arithmetic(op, flags);
}

// --- second operands

/// What CL was set to.
void BlockCode::store_carry() {
    a_.movzx(ecx, cl);
    a_.mov(at(s().cf), ecx);
}

/// In EDX. `carry_out`: C is set to the shifter's carry.
BlockCode::Value BlockCode::shifted(const isa::Decoding& op, bool carry_out) {
    const auto form = static_cast<Form>(op.meaning.form);
    const unsigned n = op.amount;
    const Value m = use(op, op.rm);
    move(edx, m);
    if (n == 32) {  // LSR and ASR only
        if (carry_out) {
            a_.mov(ecx, edx);
            a_.shr(ecx, 31);
            a_.mov(at(s().cf), ecx);
        }
        if (form == Form::asr) a_.sar(edx, 31);
        else a_.xor_(edx, edx);
        return Value::in(edx);
    }
    switch (form) {
    case Form::lsl: a_.shl(edx, n); break;
    case Form::lsr: a_.shr(edx, n); break;
    case Form::asr: a_.sar(edx, n); break;
    case Form::ror: a_.ror(edx, n); break;
    default:  // RRX
        a_.bt(at(s().cf), 0);
        a_.rcr(edx, 1);
        break;
    }
    if (carry_out) a_.setc(cl), store_carry();
    return Value::in(edx);
}

/// By the bottom byte of a register, without a carry: 32 and more shift everything out.
BlockCode::Value BlockCode::shifted_by_register(const isa::Decoding& op) {
    const Gp distance = use_register(op.ra), m = use_register(op.rm);
    a_.movzx(ecx, distance.cvt8());
    const auto form = static_cast<Form>(op.meaning.form);
    if (form == Form::reg_ror) {
        a_.mov(edx, m);
        a_.ror(edx, cl);
        return Value::in(edx);
    }
    a_.mov(eax, 63);
    a_.cmp(ecx, eax);
    a_.cmova(ecx, eax);
    if (form == Form::reg_asr) a_.movsxd(rdx, m);
    else a_.mov(edx, m);
    if (form == Form::reg_lsl) a_.shl(rdx, cl);
    else if (form == Form::reg_lsr) a_.shr(rdx, cl);
    else a_.sar(rdx, cl);
    return Value::in(edx);
}

BlockCode::Value BlockCode::second_operand(const isa::Decoding& op, bool carry_out) {
    const auto form = static_cast<Form>(op.meaning.form);
    if (form == Form::imm || form == Form::imm_c) return Value::constant(op.imm);
    if (form == Form::reg) return use(op, op.rm);
    return form >= Form::reg_lsl ? shifted_by_register(op) : shifted(op, carry_out);
}

// --- operations

void BlockCode::store_nz(const Gp& value, u16 flags) {
    if (flags & isa::flag::N) a_.mov(at(s().nf), value);
    if (flags & isa::flag::Z) a_.mov(at(s().zf), value);
}

void BlockCode::logical(const isa::Decoding& op, u16 flags) {
    const auto o = static_cast<Alu>(op.meaning.operation);
    const auto form = static_cast<Form>(op.meaning.form);
    const Value y = second_operand(op, flags & isa::flag::C);
    if ((flags & isa::flag::C) && form == Form::imm_c) a_.mov(at(s().cf), op.imm >> 31);
    if (o == Alu::MOV && !op.meaning.sets && y.known) return set(op.rd, y);

    const bool unary = is_unary(o), compare = is_compare(o);
    const Value n = unary ? Value{} : use(op, op.rn);
    Value second = unary ? Value::constant(0) : y;
    if (o == Alu::BIC || o == Alu::ORN) {
        if (y.known) {
            second.imm = ~y.imm;
        } else {
            move(edx, y);
            a_.not_(edx);
            second.reg = edx;
        }
    }
    const Gp t = compare ? Gp(eax) : target(op.rd, second);
    move(t, unary ? y : n);
    switch (o) {
    case Alu::AND:
    case Alu::TST:
    case Alu::BIC:
        if (second.known) a_.and_(t, static_cast<s32>(second.imm));
        else a_.and_(t, second.reg);
        break;
    case Alu::EOR:
    case Alu::TEQ:
        if (second.known) a_.xor_(t, static_cast<s32>(second.imm));
        else a_.xor_(t, second.reg);
        break;
    case Alu::ORR:
    case Alu::ORN:
        if (second.known) a_.or_(t, static_cast<s32>(second.imm));
        else a_.or_(t, second.reg);
        break;
    case Alu::MVN: a_.not_(t); break;
    default: break;
    }
    if (!compare) set(op.rd, Value::in(t));
    if (!op.meaning.sets) return;
    store_nz(t, flags);
    flags_.kind = flags_.nowhere;
    if (const auto h = registers_.of(op.rd); h && !compare) flags_ = {flags_.result, host(*h), Value()};
}

void BlockCode::arithmetic(const isa::Decoding& op, u16 flags) {
    const auto o = static_cast<Alu>(op.meaning.operation);
    const bool compare = is_compare(o), reversed = o == Alu::RSB || o == Alu::RSC;
    const Value y = second_operand(op, false), n = use(op, op.rn);
    const Value &first = reversed ? y : n, &second = reversed ? n : y;
    const Gp t = compare ? Gp(eax) : target(op.rd, second);
    move(t, first);
    const bool adds = o == Alu::ADD || o == Alu::CMN || o == Alu::ADC;
    if (o == Alu::ADC) a_.bt(at(s().cf), 0);
    if (o == Alu::SBC || o == Alu::RSC) a_.cmp(at(s().cf), 1);  // the host borrows when C is clear
    const auto with = [&](auto by) {
        switch (o) {
        case Alu::ADD:
        case Alu::CMN: a_.add(t, by); break;
        case Alu::ADC: a_.adc(t, by); break;
        case Alu::SBC:
        case Alu::RSC: a_.sbb(t, by); break;
        default: a_.sub(t, by); break;
        }
    };
    if (second.known) with(static_cast<s32>(second.imm));
    else with(second.reg);
    // What is stored here leaves the host's flags alone, but for the shift.
    if (flags & isa::flag::C) adds ? a_.setc(cl) : a_.setnc(cl);
    if (flags & isa::flag::V) a_.seto(dl);
    if (!compare) set(op.rd, Value::in(t));
    store_nz(t, flags);
    if (flags & isa::flag::C) store_carry();
    if (flags & isa::flag::V) {
        a_.movzx(edx, dl);
        a_.shl(edx, 31);
        a_.mov(at(s().vf), edx);
    }
    if (!op.meaning.sets) return;
    flags_.kind = flags_.nowhere;
    const bool kept = !n.known && (y.known || y.reg != edx);
    if (o == Alu::CMP && kept) {
        flags_ = {flags_.compared, n.reg, y};
    } else if (const auto h = registers_.of(op.rd); h && !compare) {
        flags_ = {flags_.result, host(*h), Value()};
    }
}

void BlockCode::multiply(const isa::Decoding& op, u16 live) {
    const auto flags = static_cast<u16>(op.meaning.sets ? op.roles.flags_written & live : 0);
    const Gp n = use_register(op.rn), m = use_register(op.rm);
    a_.mov(eax, n);
    a_.imul(eax, m);
    if (op.meaning.work == Work::multiply_add) a_.add(eax, use_register(op.ra));
    if (op.meaning.work == Work::multiply_subtract) {
        a_.mov(ecx, use_register(op.ra));
        a_.sub(ecx, eax);
        a_.mov(eax, ecx);
    }
    set(op.rd, Value::in(eax));
    store_nz(eax, flags);
    if (op.meaning.sets) flags_.kind = flags_.nowhere;
}

void BlockCode::multiply_long(const isa::Decoding& op) {
    const Gp n = use_register(op.rn), m = use_register(op.rm);
    const bool is_signed = op.meaning.operation & 1, adds = op.meaning.operation & 2;
    if (is_signed) {
        a_.movsxd(rax, n);
        a_.movsxd(rcx, m);
    } else {
        a_.mov(eax, n);
        a_.mov(ecx, m);
    }
    a_.imul(rax, rcx);
    if (adds) {
        a_.mov(ecx, use_register(op.ra));
        a_.shl(rcx, 32);
        a_.mov(edx, use_register(op.rd));
        a_.or_(rcx, rdx);
        a_.add(rax, rcx);
    }
    a_.mov(rdx, rax);
    a_.shr(rdx, 32);
    set(op.rd, Value::in(eax));
    set(op.ra, Value::in(edx));
}

/// MOVT, BFC, BFI, SBFX, UBFX.
void BlockCode::field_of(const isa::Decoding& op) {
    const bool into = op.meaning.work == Work::insert_field || op.meaning.work == Work::clear_field;
    if (op.meaning.work == Work::move_top) {
        a_.movzx(eax, use_register(op.rd).cvt16());
        a_.or_(eax, static_cast<s32>(op.imm));
    } else if (into) {
        a_.mov(eax, use_register(op.rd));
        a_.and_(eax, static_cast<s32>(~op.aux));
        if (op.meaning.work == Work::insert_field) {
            a_.mov(ecx, use_register(op.rn));
            a_.shl(ecx, op.amount);
            a_.and_(ecx, static_cast<s32>(op.aux));
            a_.or_(eax, ecx);
        }
    } else {
        a_.mov(eax, use_register(op.rn));
        a_.shl(eax, op.aux);
        if (op.meaning.work == Work::extract_signed) a_.sar(eax, op.aux + op.amount);
        else a_.shr(eax, op.aux + op.amount);
    }
    set(op.rd, Value::in(eax));
}

/// SXTB, SXTH, UXTB, UXTH, REV, CLZ.
void BlockCode::extend(const isa::Decoding& op) {
    a_.mov(eax, use_register(op.rm));
    if (op.meaning.work == Work::reverse_bytes) {
        a_.bswap(eax);
    } else if (op.meaning.work == Work::count_zeros) {
        a_.mov(ecx, 63);
        a_.bsr(eax, eax);  // leaves Z set, and nothing that can be relied on, for 0
        a_.cmovz(eax, ecx);
        a_.xor_(eax, 31);
    } else {
        if (op.shift) a_.ror(eax, op.shift);
        switch (static_cast<isa::Extension>(op.meaning.operation)) {
        case isa::Extension::signed_byte: a_.movsx(eax, al); break;
        case isa::Extension::signed_half: a_.movsx(eax, ax); break;
        case isa::Extension::byte: a_.movzx(eax, al); break;
        case isa::Extension::half: a_.movzx(eax, ax); break;
        }
    }
    set(op.rd, Value::in(eax));
}

/// By zero: 0. 64 bits wide where signed: the most negative number by -1 wraps to itself.
void BlockCode::divide(const isa::Decoding& op) {
    const Gp n = use_register(op.rn), m = use_register(op.rm);
    Label done;
    a_.xor_(eax, eax);
    a_.test(m, m);
    a_.jz(done);
    if (op.meaning.operation & 1) {
        a_.movsxd(rax, n);
        a_.movsxd(rcx, m);
        a_.cqo();
        a_.idiv(rcx);
    } else {
        a_.mov(eax, n);
        a_.xor_(edx, edx);
        a_.div(m);
    }
    a_.L(done);
    set(op.rd, Value::in(eax));
}

}  // namespace vtoll::core
