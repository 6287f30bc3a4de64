// SPDX-License-Identifier: Apache-2.0
#include "core/cpu/translate/block_code.hpp"

#include <cstddef>

#include "core/cpu/translate/liveness.hpp"

namespace vtoll::core {

using namespace Xbyak::util;
using isa::Op;
using isa::Work;

namespace {
u64 number(const void* address) { return reinterpret_cast<u64>(address); }
template <class R, class... A>
const void* address_of(R (*function)(A...)) {
    return reinterpret_cast<const void*>(function);
}
}  // namespace

void BlockCode::make() {
    live_ = live_flags(c_.ops);
    head();
    const unsigned last = static_cast<unsigned>(c_.ops.size()) - 1;
    for (unsigned i = 0; i < last; ++i) instruction(i);
    last_instruction(last);
    emit_slow_paths();
}

// --- head: what Executor::enter_plain does

void BlockCode::head() {
    const BlockHead& head = c_.block.head();
    a_.cmp(at(s().countdown), 0);
    a_.jle(out_);
    if (c_.booked) {
        a_.movzx(eax, word[rsi + offsetof(BlockHead, region)]);
        a_.cmp(at(s().region), eax);
        a_.jne(seldom_);
    }
    if (c_.core) {
        a_.mov(eax, dword[rsi + offsetof(BlockHead, fetch_epoch)]);
        a_.cmp(at(c_.core->fetch_epoch()), eax);
        a_.jne(seldom_);
        if (head.dependency)
            a_.add(at(c_.clock.stalls()[static_cast<std::size_t>(Stall::dependency)]), head.dependency);
        if (c_.block.system) a_.add(at(c_.clock.stalls()[static_cast<std::size_t>(Stall::system)]), c_.block.system);
    }
    if (c_.core && head.sixteenths) {
        const Mem fraction = at(c_.clock.fraction());
        a_.mov(eax, fraction);
        a_.add(eax, head.sixteenths);
        a_.mov(edx, eax);
        a_.and_(eax, BlockPrice::scale - 1);
        a_.shr(edx, std::countr_zero(static_cast<u32>(BlockPrice::scale)));
        a_.mov(fraction, eax);
        if (head.ticks) a_.add(edx, head.ticks);
        a_.sub(at(s().countdown), rdx);
    } else {
        a_.sub(at(s().countdown), head.ticks);
    }
    a_.add(at(s().insns), head.insns);
    a_.L(body_);
}

// --- instructions

/// Everything else is its handler's.
bool BlockCode::known_to_code(const isa::Decoding& op) const {
    const isa::Meaning& m = op.meaning;
    switch (m.work) {
    case Work::by_handler: return false;
    case Work::alu: {
        const auto form = static_cast<isa::Form>(m.form);
        const auto o = static_cast<isa::Alu>(m.operation);
        if (op.rd == 15 && !is_compare(o)) return false;
        return form < isa::Form::reg_lsl || !m.sets || !is_logical(o);
    }
    case Work::multiply_long: return !m.sets;
    case Work::load:
    case Work::store: {
        const auto form = static_cast<isa::AddressForm>(m.form);
        return form <= isa::AddressForm::absolute || form == isa::AddressForm::lsl_offset;
    }
    case Work::load_dual:
    case Work::store_dual: return static_cast<isa::AddressForm>(m.form) <= isa::AddressForm::absolute;
    case Work::load_block:
    case Work::store_block: return 4u * op.units <= 1u << s().l0_shift;
    default: return true;
    }
}

void BlockCode::instruction(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    registers_.begin();
    if (op.meaning.work == Work::nothing) return;
    if (!known_to_code(op)) return by_handler(i);
    conditional_ = op.cond < 14;
    Label skip;
    if (conditional_) {
        prepare(op);
        jump_if(op.cond ^ 1u, skip);
    }
    switch (op.meaning.work) {
    case Work::alu: alu(i); break;
    case Work::multiply:
    case Work::multiply_add:
    case Work::multiply_subtract: multiply(op, live_[i]); break;
    case Work::multiply_long: multiply_long(op); break;
    case Work::extend:
    case Work::count_zeros:
    case Work::reverse_bytes: extend(op); break;
    case Work::divide: divide(op); break;
    case Work::load:
    case Work::store: access(i); break;
    case Work::load_dual:
    case Work::store_dual: dual_access(i); break;
    case Work::load_block:
    case Work::store_block: block_access(i); break;
    default: field_of(op); break;
    }
    if (conditional_) {
        a_.L(skip);
        if (op.roles.flags_written) flags_.kind = flags_.nowhere;
        conditional_ = false;
    }
}

void BlockCode::last_instruction(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const Op& own = c_.block.op(i);
    const bool told =
        c_.block.head().branch == op.fn && (own.fn == c_.calls.predicted || own.fn == c_.calls.predicted_computed);
    switch (op.meaning.work) {
    case Work::branch:
    case Work::branch_link:
    case Work::branch_if_zero:
    case Work::branch_if_nonzero:
        // A loop that may only wait for others has a handler of its own here (PollWatch).
        if (told || own.fn == op.fn) return branch(i);
        return jump_to_handler(own);
    case Work::branch_exchange:
    case Work::branch_link_exchange:
    case Work::branch_to_register:
        if (op.rm != 15 && (told || own.fn == op.fn)) return computed_branch(i);
        break;
    default: break;
    }
    if (own.fn != op.fn || (op.flags & isa::op_ends_block)) return jump_to_handler(own);
    instruction(i);
    leave_at_end();
}

void BlockCode::branch(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const Op& own = c_.block.op(i);
    const bool told = own.fn != op.fn;
    registers_.begin();
    const bool by_zero = op.meaning.work == Work::branch_if_zero || op.meaning.work == Work::branch_if_nonzero;
    if (by_zero || op.cond < 14) {
        Label taken;
        if (by_zero) {
            const Gp value = use_register(op.rn);
            a_.test(value, value);
            a_.jump_if(op.meaning.work == Work::branch_if_zero ? Condition::equal : Condition::not_equal, taken);
        } else {
            jump_if(op.cond, taken);
        }
        if (told) tell_predictor(own, c_.calls.branch_not);
        leave_at_end();
        a_.L(taken);
    }
    if (op.meaning.work == Work::branch_link) a_.mov(at(s().r[14]), op.aux);
    if (told) tell_predictor(own, op.imm == op.pc + op.len ? c_.calls.branch_not : c_.calls.branch_taken);
    leave_by(own, op.imm);
}

/// BXWritePC, BranchWritePC: ARM DDI 0406C §A2.3.1.
void BlockCode::computed_branch(unsigned i) {
    const isa::Decoding& op = c_.ops[i];
    const Op& own = c_.block.op(i);
    const bool told = own.fn != op.fn;
    registers_.begin();
    const Gp target = use_register(op.rm);
    Label skip;
    if (op.cond < 14) jump_if(op.cond ^ 1u, skip);
    a_.mov(eax, target);
    if (op.meaning.work == Work::branch_to_register) {
        a_.and_(eax, ~1);
    } else {
        a_.mov(ecx, eax);
        a_.and_(ecx, 1);
        a_.mov(at(s().thumb), cl);
        a_.lea(ecx, ptr[rcx + rcx - 4]);  // ~1 or ~3
        a_.and_(eax, ecx);
    }
    if (op.meaning.work == Work::branch_link_exchange) a_.mov(at(s().r[14]), op.aux);
    a_.mov(at(s().r[15]), eax);
    if (told) tell_predictor(own, c_.calls.branch_computed);
    jump_to(c_.dispatch);
    if (op.cond >= 14) return;
    a_.L(skip);
    if (told) tell_predictor(own, c_.calls.branch_not);
    leave_at_end();
}

void BlockCode::tell_predictor(const Op& op, Translator::Calls::Call function) {
    set_argument(&op);
    call(address_of(function));
}

// --- on to the next block

/// As isa::exit_direct. A block that is linked knows its own address: nobody reads r[15] on the way.
void BlockCode::leave_by(const Op& op, u32 target) {
    if ((op.pc ^ target) & ~u32{0xfff}) {  // never linked
        a_.mov(at(s().r[15]), target);
        return jump_to(c_.dispatch);
    }
    if (op.link) {
        a_.mov(rsi, number(op.link));
        a_.jmp(qword[rsi]);
        return;
    }
    Label unlinked;
    a_.mov(rax, number(&op));
    a_.mov(rsi, qword[rax + offsetof(Op, link)]);
    a_.test(rsi, rsi);
    a_.jz(unlinked);
    a_.jmp(qword[rsi]);
    a_.L(unlinked);
    a_.mov(at(s().r[15]), target);
    a_.mov(at(s().exit_op), rax);
    a_.xor_(eax, eax);
    a_.ret();
}

void BlockCode::leave_at_end() {
    const Op& tail = c_.block.op(c_.block.insns());
    if (tail.itstate) jump_to_handler(tail);
    else leave_by(tail, tail.imm);
}

void BlockCode::jump_to(const void* code) {
    a_.mov(rax, number(code));
    a_.jmp(rax);
}

/// Of the last instruction or the tail, in the block itself.
void BlockCode::jump_to_handler(const Op& op) {
    set_argument(&op);
    call(address_of(op.fn));
    a_.jmp(leave_);
}

// --- calls

void BlockCode::set_argument(const void* address) { a_.mov(rsi, number(address)); }

void BlockCode::call(const void* function) {
    a_.mov(rax, number(function));
    a_.sub(rsp, 8);  // the callee's stack is aligned as code that is called has it
    a_.call(rax);
    a_.add(rsp, 8);
    a_.mov(rdi, number(&s()));
}

/// The instruction's own handler runs, in its place in the copy; what stands behind it there comes back.
void BlockCode::run_handler(unsigned i) {
    set_argument(&c_.copy[1 + i].op);
    call(address_of(c_.block.op(i).fn));
    a_.mov(rcx, number(&c_.copy[2 + i].op));
    a_.cmp(rax, rcx);
    a_.jne(leave_);
}

void BlockCode::by_handler(unsigned i) {
    run_handler(i);
    forget_registers();
}

void BlockCode::end_slow_path(unsigned i, const Label& slow) {
    SlowPath path{slow, Label(), i, registers_};
    a_.L(path.back);
    slow_paths_.push_back(path);
}

void BlockCode::emit_slow_paths() {
    for (SlowPath& path : slow_paths_) {
        a_.L(path.from);
        run_handler(path.instruction);
        for (unsigned h = 0; h < HostRegisters::count; ++h)
            if (const u8 guest = path.registers.guest(h); guest != HostRegisters::none) reload(h, guest);
        a_.jmp(path.back);
    }
    Label engine;
    a_.L(leave_);
    a_.test(rax, rax);
    a_.jz(engine);
    a_.mov(rsi, rax);
    a_.jmp(qword[rsi]);
    a_.L(engine);
    jump_to(c_.dispatch);
    a_.L(out_);
    a_.mov(at(s().r[15]), c_.block.key.va);
    a_.xor_(eax, eax);
    a_.ret();
    a_.L(seldom_);
    call(address_of(c_.calls.charge));
    a_.jmp(body_);
}

}  // namespace vtoll::core
