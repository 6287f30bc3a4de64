// SPDX-License-Identifier: Apache-2.0
// Branches. ARM DDI 0406C §A8.8.18 (B), §A8.8.25-28 (BL, BLX, BX, BXJ), §A8.8.29 (CBZ), §A8.8.236 (TBB).
#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/memory/memory.hpp"
#include "isa/exec/system/exceptions.hpp"

namespace vtoll::isa {

namespace {

// --- direct -------------------------------------------------------------------------------------------------------

/// ConditionPassed() with the condition known: conditional branches are too frequent for the table.
template <unsigned Cond>
[[gnu::always_inline]] inline bool passes(const CpuState& s) {
    bool pass = true;
    switch (Cond >> 1) {
    case 0: pass = s.zf == 0; break;
    case 1: pass = s.cf != 0; break;
    case 2: pass = s.nf >> 31; break;
    case 3: pass = s.vf >> 31; break;
    case 4: pass = s.cf != 0 && s.zf != 0; break;
    case 5: pass = !((s.nf ^ s.vf) >> 31); break;
    case 6: pass = !((s.nf ^ s.vf) >> 31) && s.zf != 0; break;
    default: break;
    }
    return pass != bool(Cond & 1);
}

template <unsigned Cond>
const Op* branch_if(CpuState& s, const Op* op) {
    if (!passes<Cond>(s)) VTOLL_NEXT(s, op);
    return exit_direct(s, op);
}

constexpr std::array<Handler, 14> branch_on = []<unsigned... C>(std::integer_sequence<unsigned, C...>) {
    return std::array<Handler, sizeof...(C)>{&branch_if<C>...};
}
(std::make_integer_sequence<unsigned, 14>{});

const Op* branch(CpuState& s, const Op* op) { return exit_direct(s, op); }

/// op.aux: the return address, with the Thumb bit.
const Op* branch_link(CpuState& s, const Op* op) {
    s.r[14] = op->aux;
    return exit_direct(s, op);
}
template <bool ToThumb>
const Op* branch_link_exchange(CpuState& s, const Op* op) {
    s.r[14] = op->aux;
    s.thumb = ToThumb;
    return exit_indirect(s, op->imm);
}

template <bool Nonzero>
const Op* compare_branch(CpuState& s, const Op* op) {
    if ((s.r[op->rn] != 0) != Nonzero) VTOLL_NEXT(s, op);
    return exit_direct(s, op);
}

Decoded direct(Decoding& op, u32 target) {
    op.imm = target;
    branches(op, op.cond < 14 ? BranchKind::conditional : BranchKind::direct);
    uses_own_address(op);
    op.meaning.work = Work::branch;
    if (op.cond < 14) {
        op.fn = branch_on[op.cond];
        return Decoded::ok;
    }
    return bind<&branch>(op);
}
void set_link(Decoding& op, bool thumb) {
    op.aux = (op.pc + op.len) | u32(thumb);
    writes(op, 14);
    uses_own_address(op);
}
template <auto Body>
Decoded direct_call(Decoding& op, bool thumb, u32 target) {
    op.imm = target;
    branches(op, BranchKind::call);
    set_link(op, thumb);
    if (Body == &branch_link) op.meaning.work = Work::branch_link;
    return bind<Body>(op);
}

template <bool Nonzero>
Decoded compare_branch_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (ctx.in_it()) return Decoded::unpredictable;
    op.rn = reads_late(op, f('n'));
    op.imm = pc_read(op, true) + f('i') * 2;
    branches(op, BranchKind::conditional);
    uses_own_address(op);
    op.meaning.work = Nonzero ? Work::branch_if_nonzero : Work::branch_if_zero;
    return bind<&compare_branch<Nonzero>>(op);
}

/// S:I1:I2:immediate, the reach of T32 B, BL and BLX: I1 = NOT(J1 EOR S).
u32 thumb_offset(auto f, u32 low, unsigned low_bits) {
    const u32 s = f('S'), i1 = ~(f('J') ^ s) & 1, i2 = ~(f('K') ^ s) & 1;
    return static_cast<u32>(
        sign_extend((s << (low_bits + 2)) | (i1 << (low_bits + 1)) | (i2 << low_bits) | low, low_bits + 3));
}

// --- indirect -----------------------------------------------------------------------------------------------------

const Op* branch_exchange(CpuState& s, const Op* op) { return BXWritePC(s, s.r[op->rm]); }

const Op* branch_link_exchange_reg(CpuState& s, const Op* op) {
    const u32 target = s.r[op->rm];  // may be LR itself
    s.r[14] = op->aux;
    return BXWritePC(s, target);
}

/// The trivial Jazelle implementation: BXJ is BX, unless a hypervisor asks to see it.
const Op* branch_exchange_jazelle(CpuState& s, const Op* op) {
    if ((s.sys.hstr & hstr::TJDBX) && s.features.virtualization && !s.is_hyp())
        return TakeHypTrapException(s, op, trap_syndrome(s, *op, Ec::bxj, Syndrome().with(iss::rm, op->rm)));
    return BXWritePC(s, s.r[op->rm]);
}

/// Where BX and BXJ go: back, if it is where LR says.
BranchKind kind_of_exchange(u32 m) { return m == 14 ? BranchKind::ret : BranchKind::indirect; }

Decoded exchange(auto f, const DecodeContext& ctx, Decoding& op) {
    if (mid_it(ctx)) return Decoded::unpredictable;
    op.rm = reads(op, f('m'));
    branches(op, kind_of_exchange(op.rm));
    op.meaning.work = Work::branch_exchange;
    return bind<&branch_exchange>(op);
}
Decoded exchange_link(auto f, const DecodeContext& ctx, Decoding& op, bool thumb) {
    if (f('m') == 15 || mid_it(ctx)) return Decoded::unpredictable;
    op.rm = reads(op, f('m'));
    branches(op, BranchKind::indirect_call);
    set_link(op, thumb);
    op.meaning.work = Work::branch_link_exchange;
    return bind<&branch_link_exchange_reg>(op);
}
template <bool Thumb>
Decoded exchange_jazelle(auto f, const DecodeContext& ctx, Decoding& op) {
    if (bad_reg<Thumb>(f('m')) || mid_it(ctx)) return Decoded::unpredictable;
    op.rm = reads(op, f('m'));
    branches(op, kind_of_exchange(op.rm));
    return bind<&branch_exchange_jazelle>(op);
}

template <class T>
const Op* table_branch(CpuState& s, const Op* op) {
    const u32 base = s.r[op->rn];
    const Loaded entry = load<T>(s, op, base + s.r[op->rm] * u32(sizeof(T)));
    if (entry.fault) [[unlikely]]
        return nullptr;
    return BranchWritePC(s, pc_read(*op, true) + 2 * entry.value);
}
template <class T>
Decoded table_branch_row(auto f, const DecodeContext& ctx, Decoding& op) {
    if (f('n') == 13 || bad_reg<true>(f('m')) || mid_it(ctx)) return Decoded::unpredictable;
    op.rn = reads(op, f('n'));
    op.rm = reads(op, f('m'));
    uses_own_address(op);
    branches(op, BranchKind::indirect);
    op.flags |= op_reads_mem | (sizeof(T) == 2 ? 1 << op_size_shift : 0);
    return bind<&table_branch<T>>(op);
}

}  // namespace

// --- A32 ----------------------------------------------------------------------------------------------------------

VTOLL_TRANSLATE(a32, B) { return direct(op, pc_read(op, false) + static_cast<u32>(sign_extend(f('i') << 2, 26))); }
VTOLL_TRANSLATE(a32, BL) {
    return direct_call<&branch_link>(op, false, pc_read(op, false) + static_cast<u32>(sign_extend(f('i') << 2, 26)));
}
VTOLL_TRANSLATE(a32, BLX_imm) {
    const u32 offset = static_cast<u32>(sign_extend((f('i') << 2) | (f('H') << 1), 26));
    return direct_call<&branch_link_exchange<true>>(op, false, pc_read(op, false) + offset);
}
VTOLL_TRANSLATE(a32, BX) { return exchange(f, ctx, op); }
VTOLL_TRANSLATE(a32, BLX_reg) { return exchange_link(f, ctx, op, false); }

VTOLL_A32_T32(BXJ, exchange_jazelle)

// --- Thumb --------------------------------------------------------------------------------------------------------

VTOLL_TRANSLATE(t16, B_cond) {
    if (f('c') >= 14) return Decoded::not_this_row;  // UDF, SVC
    if (ctx.in_it()) return Decoded::unpredictable;
    op.cond = static_cast<u8>(f('c'));
    return direct(op, pc_read(op, true) + static_cast<u32>(sign_extend(f('i') << 1, 9)));
}
VTOLL_TRANSLATE(t16, B) {
    if (mid_it(ctx)) return Decoded::unpredictable;
    return direct(op, pc_read(op, true) + static_cast<u32>(sign_extend(f('i') << 1, 12)));
}
VTOLL_TRANSLATE(t16, CBZ) { return compare_branch_row<false>(f, ctx, op); }
VTOLL_TRANSLATE(t16, CBNZ) { return compare_branch_row<true>(f, ctx, op); }
VTOLL_TRANSLATE(t16, BX) { return exchange(f, ctx, op); }
VTOLL_TRANSLATE(t16, BLX_reg) { return exchange_link(f, ctx, op, true); }

VTOLL_TRANSLATE(t32, B_cond) {
    if (f('c') >= 14) return Decoded::not_this_row;  // branches and miscellaneous control
    if (ctx.in_it()) return Decoded::unpredictable;
    op.cond = static_cast<u8>(f('c'));
    const u32 offset = (f('S') << 20) | (f('K') << 19) | (f('J') << 18) | (f('i') << 1);
    return direct(op, pc_read(op, true) + static_cast<u32>(sign_extend(offset, 21)));
}
VTOLL_TRANSLATE(t32, B) {
    if (mid_it(ctx)) return Decoded::unpredictable;
    return direct(op, pc_read(op, true) + thumb_offset(f, f('i') << 1, 22));
}
VTOLL_TRANSLATE(t32, BL) {
    if (mid_it(ctx)) return Decoded::unpredictable;
    return direct_call<&branch_link>(op, true, pc_read(op, true) + thumb_offset(f, f('i') << 1, 22));
}
VTOLL_TRANSLATE(t32, BLX_imm) {
    if (mid_it(ctx)) return Decoded::unpredictable;
    return direct_call<&branch_link_exchange<false>>(op, true,
                                                     literal_base(op, true) + thumb_offset(f, f('i') << 2, 22));
}
VTOLL_TRANSLATE(t32, TBB) { return table_branch_row<u8>(f, ctx, op); }
VTOLL_TRANSLATE(t32, TBH) { return table_branch_row<u16>(f, ctx, op); }

}  // namespace vtoll::isa
