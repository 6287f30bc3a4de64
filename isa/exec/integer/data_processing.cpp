// SPDX-License-Identifier: Apache-2.0
// Bodies of data processing: one handler for every operation, flag setting and operand form, so that none of it is
// decided at run time. ARM DDI 0406C §A8.8.
#include "isa/exec/integer/data_processing.hpp"

#include "isa/exec/exec.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

template <Form F>
[[gnu::always_inline]] inline Shifted operand2(const CpuState& s, const Op& op) {
    if constexpr (F == Form::imm) return {op.imm, s.cf};
    if constexpr (F == Form::imm_c) return {op.imm, op.imm >> 31};
    if constexpr (F == Form::reg) return {s.r[op.rm], s.cf};
    if constexpr (F == Form::lsl) return shift_imm_c<SRType::lsl>(s.r[op.rm], op.amount, s.cf);
    if constexpr (F == Form::lsr) return shift_imm_c<SRType::lsr>(s.r[op.rm], op.amount, s.cf);
    if constexpr (F == Form::asr) return shift_imm_c<SRType::asr>(s.r[op.rm], op.amount, s.cf);
    if constexpr (F == Form::ror) return shift_imm_c<SRType::ror>(s.r[op.rm], op.amount, s.cf);
    if constexpr (F == Form::rrx) return shift_imm_c<SRType::rrx>(s.r[op.rm], 1, s.cf);
    if constexpr (F == Form::reg_lsl) return shift_reg_c<SRType::lsl>(s.r[op.rm], s.r[op.ra], s.cf);
    if constexpr (F == Form::reg_lsr) return shift_reg_c<SRType::lsr>(s.r[op.rm], s.r[op.ra], s.cf);
    if constexpr (F == Form::reg_asr) return shift_reg_c<SRType::asr>(s.r[op.rm], s.r[op.ra], s.cf);
    if constexpr (F == Form::reg_ror) return shift_reg_c<SRType::ror>(s.r[op.rm], s.r[op.ra], s.cf);
}

// AddWithCarry with the carry in known: the host's own carry and borrow serve.
[[gnu::always_inline]] inline AddResult add(u32 x, u32 y) {
    const u32 value = x + y;
    return {value, u32(value < x), (x ^ value) & (y ^ value)};
}
[[gnu::always_inline]] inline AddResult subtract(u32 x, u32 y) {
    const u32 value = x - y;
    return {value, u32(x >= y), (x ^ y) & (x ^ value)};
}

template <Alu O>
[[gnu::always_inline]] inline AddResult arithmetic(u32 x, u32 y, u32 carry) {
    if constexpr (O == Alu::ADD || O == Alu::CMN) return add(x, y);
    if constexpr (O == Alu::SUB || O == Alu::CMP) return subtract(x, y);
    if constexpr (O == Alu::RSB) return subtract(y, x);
    if constexpr (O == Alu::ADC) return AddWithCarry(x, y, carry);
    if constexpr (O == Alu::SBC) return AddWithCarry(x, ~y, carry);
    if constexpr (O == Alu::RSC) return AddWithCarry(y, ~x, carry);
}

template <Alu O>
[[gnu::always_inline]] inline u32 logical(u32 x, u32 y) {
    if constexpr (O == Alu::AND || O == Alu::TST) return x & y;
    if constexpr (O == Alu::EOR || O == Alu::TEQ) return x ^ y;
    if constexpr (O == Alu::ORR) return x | y;
    if constexpr (O == Alu::MOV) return y;
    if constexpr (O == Alu::BIC) return x & ~y;
    if constexpr (O == Alu::MVN) return ~y;
    if constexpr (O == Alu::ORN) return x | ~y;
}

template <Alu O, bool S, Form F>
void alu(CpuState& s, const Op& op) {
    const u32 x = is_unary(O) ? 0 : s.r[op.rn];
    const Shifted y = operand2<F>(s, op);
    if constexpr (is_logical(O)) {
        const u32 value = logical<O>(x, y.value);
        if constexpr (!is_compare(O)) s.r[op.rd] = value;
        if constexpr (S) {
            set_nz(s, value);
            if constexpr (F != Form::imm && F != Form::reg) s.cf = y.carry;
        }
    } else {
        const AddResult a = arithmetic<O>(x, y.value, s.cf);
        if constexpr (!is_compare(O)) s.r[op.rd] = a.value;
        if constexpr (S) set_nzcv(s, a);
    }
}

// --- Rd = PC: rare, so the form is looked at when it runs ---------------------------------------------------------

u32 operand2_any(const CpuState& s, const Op& op) {
    switch (static_cast<Form>(op.shift)) {
    case Form::reg: return s.r[op.rm];
    case Form::lsl: return operand2<Form::lsl>(s, op).value;
    case Form::lsr: return operand2<Form::lsr>(s, op).value;
    case Form::asr: return operand2<Form::asr>(s, op).value;
    case Form::ror: return operand2<Form::ror>(s, op).value;
    case Form::rrx: return operand2<Form::rrx>(s, op).value;
    default: return op.imm;
    }
}

template <Alu O>
[[gnu::always_inline]] inline u32 new_pc(const CpuState& s, const Op& op, u32 y) {
    const u32 x = s.r[op.rn];
    if constexpr (is_logical(O)) {
        return logical<O>(x, y);
    } else {
        return arithmetic<O>(x, y, s.cf).value;
    }
}

template <Alu O>
const Op* alu_branch(CpuState& s, const Op* op) {
    return ALUWritePC(s, new_pc<O>(s, *op, operand2_any(s, *op)));
}
const Op* move_to_pc(CpuState& s, const Op* op) { return ALUWritePC(s, s.r[op->rm]); }

template <Alu O>
const Op* alu_return(CpuState& s, const Op* op) {
    if (s.mode() == Mode::sys) return TakeUndefInstrException(s, op);  // UNPREDICTABLE: System mode has no SPSR
    return exception_return(s, op, new_pc<O>(s, *op, operand2_any(s, *op)), s.spsr());
}

// --- tables -------------------------------------------------------------------------------------------------------

using Binder = Decoded (*)(Op&);
constexpr unsigned forms = static_cast<unsigned>(Form::count);
constexpr unsigned operations = static_cast<unsigned>(Alu::count);

// Variants that do the same share one handler: a rotated constant matters to flag-setting logic only, comparisons
// always set flags.
template <Alu O, bool S, Form F>
Decoded bind_one(Op& op) {
    constexpr bool sets = S || is_compare(O);
    constexpr Form form = F == Form::imm_c && !(sets && is_logical(O)) ? Form::imm : F;
    return bind<&alu<O, sets, form>>(op);
}

template <unsigned... I>
constexpr auto make_binders(std::integer_sequence<unsigned, I...>) {
    return std::array<Binder, sizeof...(I)>{
        &bind_one<static_cast<Alu>(I / (2 * forms)), (I / forms) % 2 == 1, static_cast<Form>(I % forms)>...};
}
constexpr auto binders = make_binders(std::make_integer_sequence<unsigned, operations * 2 * forms>{});

template <unsigned... I>
constexpr auto make_branch_binders(std::integer_sequence<unsigned, I...>) {
    return std::array<Binder, sizeof...(I)>{&bind<&alu_branch<static_cast<Alu>(I)>>...};
}
template <unsigned... I>
constexpr auto make_return_binders(std::integer_sequence<unsigned, I...>) {
    return std::array<Binder, sizeof...(I)>{&bind<&alu_return<static_cast<Alu>(I)>>...};
}
constexpr auto branch_binders = make_branch_binders(std::make_integer_sequence<unsigned, operations>{});
constexpr auto return_binders = make_return_binders(std::make_integer_sequence<unsigned, operations>{});

// --- from the encoding to the op ----------------------------------------------------------------------------------

/// The fields of the op, and what the operation reads and writes. An operand that is shifted is needed before the
/// others, which go straight to the adder; a move has nothing but the shifter (core/timing/scheduler.cpp).
void set_operands(const AluOperation& x, Decoding& op) {
    const Operand2& y = x.y;
    op.imm = y.imm;
    op.amount = static_cast<u8>(y.amount);
    if (!is_compare(x.o)) op.rd = writes(op, x.d);
    if (!is_unary(x.o)) op.rn = reads_late(op, x.n);
    const bool by_immediate = y.form >= Form::lsl && y.form <= Form::rrx, by_register = y.form >= Form::reg_lsl;
    op.properties.shifted = by_immediate && x.o != Alu::MOV;
    op.properties.only_shifts = by_immediate && x.o == Alu::MOV;
    if (by_register) {
        op.rm = reads(op, y.m);
        op.ra = reads(op, y.s);
    } else if (y.form >= Form::reg) {
        op.rm = op.properties.shifted ? reads(op, y.m) : reads_late(op, y.m);
    }

    const bool sets = x.s || is_compare(x.o), shifter_carry = y.form != Form::imm && y.form != Form::reg;
    if (x.o == Alu::ADC || x.o == Alu::SBC || x.o == Alu::RSC || y.form == Form::rrx) reads_flags(op, flag::C);
    if (!sets) return;
    writes_flags(op, !is_logical(x.o) ? flag::NZCV : shifter_carry ? flag::NZC : flag::NZ);
    if (by_register && is_logical(x.o)) reads_flags(op, flag::C);  // a distance of 0 leaves it alone
}

void move_top(CpuState& s, const Op& op) { s.r[op.rd] = (s.r[op.rd] & 0xffff) | op.imm; }

}  // namespace

Decoded bind_alu(const AluOperation& x, Decoding& op) {
    set_operands(x, op);
    op.meaning = {Work::alu, static_cast<u8>(x.o), static_cast<u8>(x.y.form), x.s || is_compare(x.o)};
    return binders[(static_cast<unsigned>(x.o) * 2 + x.s) * forms + static_cast<unsigned>(x.y.form)](op);
}

Decoded bind_alu_branch(const AluOperation& x, Decoding& op) {
    set_operands(x, op);
    op.cls = CostClass::branch_reg;
    op.shift = static_cast<u8>(x.y.form);
    const bool moves = x.o == Alu::MOV && x.y.form == Form::reg;
    branches(op, moves && x.y.m == 14 ? BranchKind::ret : BranchKind::indirect);
    if (moves) {
        op.meaning.work = op.len == 2 ? Work::branch_to_register : Work::branch_exchange;  // T16, or A32
        return bind<&move_to_pc>(op);
    }
    return branch_binders[static_cast<unsigned>(x.o)](op);
}

Decoded bind_alu_return(const AluOperation& x, const DecodeContext& ctx, Decoding& op) {
    if (ctx.privilege == Privilege::pl2) return Decoded::undefined;
    if (ctx.privilege == Privilege::pl0) return Decoded::unpredictable;
    set_operands(x, op);
    returns_from_exception(op);
    op.cls = CostClass::eret;
    op.shift = static_cast<u8>(x.y.form);
    return return_binders[static_cast<unsigned>(x.o)](op);
}

Decoded bind_move_top(u32 d, u32 imm16, Decoding& op) {
    op.rd = writes(op, reads_late(op, d));
    op.imm = imm16 << 16;
    op.meaning.work = Work::move_top;
    return bind<&move_top>(op);
}

}  // namespace vtoll::isa
