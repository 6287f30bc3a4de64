// SPDX-License-Identifier: Apache-2.0
// MRC, MCR, MRRC, MCRR of CP14 and CP15. ARM DDI 0406C §A8.8.98-99, §A8.8.107-108, §B3.15, §C6.
// The register is found when the instruction is decoded. Registers that are plain storage get a handler of their own;
// the rest goes through the checks and functions of their row.
#include <optional>

#include "isa/exec/decode_helpers.hpp"
#include "isa/exec/system/coprocessor.hpp"
#include "isa/exec/system/exceptions.hpp"
#include "isa/sysregs/sys_reg.hpp"

namespace vtoll::isa {

namespace {

// --- plain registers: op.aux is the offset in SysRegs, op.imm the HCR bits that trap, op.ra the HSTR bit ----------

u32& field_at(SysRegs& sys, u32 offset) {
    return *reinterpret_cast<u32*>(reinterpret_cast<unsigned char*>(&sys) + offset);
}
u32 offset_of(u32 SysRegs::*field) {
    static const SysRegs some;
    return static_cast<u32>(reinterpret_cast<const unsigned char*>(&(some.*field)) -
                            reinterpret_cast<const unsigned char*>(&some));
}

/// Out of line, so that the handlers below save no registers.
[[gnu::noinline, gnu::cold]] const Op* take_trap(CpuState& s, const Op* op, bool is_read) {
    Syndrome syndrome;
    check_access(s, *op, find_sysreg(key_of(op->raw)), is_read, &syndrome);
    return TakeHypTrapException(s, op, syndrome);
}
[[gnu::always_inline]] inline bool may_trap(const CpuState& s, const Op& op) {
    return ((s.sys.hstr >> op.ra) & 1) | ((s.sys.hcr & op.imm) != 0);
}

/// MRC <Rt>, plain register
const Op* mrc_plain(CpuState& s, const Op* op) {
    if (may_trap(s, *op)) [[unlikely]]
        return take_trap(s, op, true);
    s.r[op->rd] = field_at(s.sys, op->aux);
    VTOLL_NEXT(s, op);
}
/// MCR <Rt>, plain register
const Op* mcr_plain(CpuState& s, const Op* op) {
    if (may_trap(s, *op)) [[unlikely]]
        return take_trap(s, op, false);
    field_at(s.sys, op->aux) = s.r[op->rd];
    VTOLL_NEXT(s, op);
}

// In Hyp mode nothing traps. Writes are told of, and reads of what the guest may write: op.imm is the row's index.

using Effect = RegisterAccess::Effect;

const Op* mrc_plain_untold(CpuState& s, const Op* op) {
    s.r[op->rd] = field_at(s.sys, op->aux);
    VTOLL_NEXT(s, op);
}
const Op* mrc_plain_hyp(CpuState& s, const Op* op) {
    const u32 value = field_at(s.sys, op->aux);
    s.env->register_accessed(op, {static_cast<u16>(op->imm), false, Effect::unknown, value});
    s.r[op->rd] = value;
    VTOLL_NEXT(s, op);
}
const Op* mcr_plain_hyp(CpuState& s, const Op* op) {
    u32& field = field_at(s.sys, op->aux);
    const u32 value = s.r[op->rd];
    s.env->register_accessed(op,
                             {static_cast<u16>(op->imm), true, value == field ? Effect::none : Effect::changed, value});
    field = value;
    VTOLL_NEXT(s, op);
}

/// HCR bits among a row's rules; nothing when a rule is another register's.
std::optional<u32> hcr_bits_of(u32 traps, bool is_read) {
    constexpr struct {
        u32 rule, bit;
        bool reads;
    } map[] = {{trap_tvm, hcr::TVM, false},  {trap_tid0, hcr::TID0, true}, {trap_tid1, hcr::TID1, true},
               {trap_tid2, hcr::TID2, true}, {trap_tid3, hcr::TID3, true}, {trap_tac, hcr::TAC, true}};
    u32 bits = 0;
    for (const auto& m : map)
        if (traps & m.rule) {
            if (!is_read || m.reads) bits |= m.bit;
            traps &= ~m.rule;
        }
    if (traps) return std::nullopt;
    return bits;
}

/// Software below Hyp mode may write it: a hypervisor that reads it saves it.
bool guests(const SysReg& reg) { return reg.access & pl1_w; }

/// A fast handler, if the register is plain storage for this access.
bool bind_plain(const SysReg& reg, Privilege pl, bool is_read, Decoding& op) {
    // HSTR has no T4 and T14, and TIDCP's space is c9 to c11: those take the general way.
    const unsigned crn = reg.key.crn;
    if (reg.key.coproc != 15 || crn == 4 || crn == 14 || (crn >= 9 && crn <= 11)) return false;
    if (!reg.field || reg.check || (is_read && reg.read)) return false;  // a field holds its RAO bits from reset on
    if (!is_read && (reg.write || reg.effects || reg.ends_block || reg.ones || ~static_cast<u32>(reg.writable)))
        return false;
    const std::optional<u32> hcr_bits = hcr_bits_of(reg.traps, is_read);
    if (!hcr_bits) return false;
    op.imm = *hcr_bits;
    op.aux = offset_of(reg.field);
    op.ra = reg.key.crn;
    if (pl == Privilege::pl2) {
        op.imm = static_cast<u32>(&reg - sysregs().data());
        if (!is_read) bind<&mcr_plain_hyp>(op);
        else if (guests(reg)) bind<&mrc_plain_hyp>(op);
        else bind<&mrc_plain_untold>(op);
    } else {
        is_read ? bind<&mrc_plain>(op) : bind<&mcr_plain>(op);
    }
    return true;
}

// --- all others: op.imm is the row's index, op.rd Rt, op.rm Rt2 ---------------------------------------------------

const SysReg& row_of(const Op& op) { return sysregs()[op.imm]; }

/// True: go on. False: an exception was taken.
bool checked(CpuState& s, const Op* op, const SysReg* reg, bool is_read) {
    Syndrome syndrome;
    switch (check_access(s, *op, reg, is_read, &syndrome)) {
    case Verdict::allowed: return true;
    case Verdict::undefined: TakeUndefInstrException(s, op); return false;
    case Verdict::hyp_trap: TakeHypTrapException(s, op, syndrome); return false;
    }
    return false;
}

[[gnu::noinline, gnu::cold]] void tell_read(CpuState& s, const Op* op, u64 value) {
    s.env->register_accessed(op, {static_cast<u16>(op->imm), false, Effect::unknown, value});
}
/// `before`: what the register had; `written`: what it was asked to have.
[[gnu::noinline, gnu::cold]] void tell_write(CpuState& s, const Op* op, const SysReg& reg, u64 before, u64 written) {
    const bool kept = reg.field || reg.field64;
    const Effect effect = !kept ? Effect::unknown : raw_sysreg(s, reg) == before ? Effect::none : Effect::changed;
    s.env->register_accessed(op, {static_cast<u16>(op->imm), true, effect, written});
}

/// An access to nothing, or that this privilege may not make: UNDEFINED, unless the hypervisor traps the encoding.
const Op* no_register(CpuState& s, const Op* op) {
    checked(s, op, nullptr, true);
    return nullptr;
}

// MRC<c> <coproc>, <opc1>, <Rt>, <CRn>, <CRm>{, <opc2>}
const Op* mrc(CpuState& s, const Op* op) {
    const SysReg& reg = row_of(*op);
    if (!checked(s, op, &reg, true)) return nullptr;
    const u32 value = static_cast<u32>(read_sysreg(s, *op, reg));
    if (s.is_hyp() && guests(reg)) [[unlikely]]
        tell_read(s, op, value);
    if (op->rd == 15) s.set_nzcv(value);
    else s.r[op->rd] = value;
    VTOLL_NEXT(s, op);
}
// MRRC<c> <coproc>, <opc1>, <Rt>, <Rt2>, <CRm>
const Op* mrrc(CpuState& s, const Op* op) {
    const SysReg& reg = row_of(*op);
    if (!checked(s, op, &reg, true)) return nullptr;
    const u64 value = read_sysreg(s, *op, reg);
    if (s.is_hyp() && guests(reg)) [[unlikely]]
        tell_read(s, op, value);
    s.r[op->rd] = static_cast<u32>(value);
    s.r[op->rm] = static_cast<u32>(value >> 32);
    VTOLL_NEXT(s, op);
}
// MCR<c>, MCRR<c>. A row that may change the context ends its block, so leaving is right whenever it did.
template <bool Wide>
const Op* mcr(CpuState& s, const Op* op) {
    const SysReg& reg = row_of(*op);
    if (!checked(s, op, &reg, false)) return nullptr;
    const u64 value = Wide ? u64(s.r[op->rm]) << 32 | s.r[op->rd] : s.r[op->rd];
    const bool told = s.is_hyp();
    const u64 before = told ? raw_sysreg(s, reg) : 0;
    const Written written = write_sysreg(s, *op, reg, value);
    if (written == Written::aborted) return nullptr;
    if (told) [[unlikely]]
        tell_write(s, op, reg, before, value);
    if (written == Written::changed_context) return leave_block(s, op);
    VTOLL_NEXT(s, op);
}

/// What is common to the four: op.rd is Rt, op.rm Rt2 of the wide ones.
Decoded system_access(const DecodeContext& ctx, Decoding& op, bool is_read) {
    const SysRegKey key = key_of(op.raw);
    const SysReg* reg = find_sysreg(key);
    op.properties.sysreg = reg;
    if (!reg || !statically_allowed(*reg, *ctx.features, ctx.privilege, is_read)) {
        op.cls = CostClass::undefined;
        op.flags |= op_ends_block;
        return bind<&no_register>(op);
    }
    op.properties.system = system_cost(*reg, is_read);
    if (is_read) {
        if (op.rd == 15) writes_flags(op, flag::NZCV);
        else writes(op, op.rd);
        if (key.wide) writes(op, op.rm);
    } else {
        op.cls = reg->write_cost;
        op.properties.sets = Sets::system_register;
        reads(op, op.rd);
        if (key.wide) reads(op, op.rm);
    }
    if (op.rd != 15 && !key.wide && bind_plain(*reg, ctx.privilege, is_read, op)) return Decoded::ok;
    op.imm = static_cast<u32>(reg - sysregs().data());
    if (is_read) return key.wide ? bind<&mrrc>(op) : bind<&mrc>(op);
    if ((reg->effects & (fx_context | fx_hyp_context)) || reg->ends_block) op.flags |= op_ends_block;
    return key.wide ? bind<&mcr<true>>(op) : bind<&mcr<false>>(op);
}

/// Rt of MRC may be 15, which is the flags.
template <bool Read>
struct Narrow {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext& ctx, Decoding& op) {
        const u32 t = f('t');
        if (f('p') < 14) return coprocessor_absent(f('p'), op);
        if (Read ? Thumb && t == 13 : bad_reg<Thumb>(t)) return Decoded::unpredictable;
        op.rd = static_cast<u8>(t);
        return system_access(ctx, op, Read);
    }
};
template <bool Read>
struct Wide {
    template <bool Thumb>
    static Decoded translate(auto f, const DecodeContext& ctx, Decoding& op) {
        if (f('p') < 14) return coprocessor_absent(f('p'), op);
        if (bad_regs<Thumb>(f('t'), f('u')) || (Read && f('t') == f('u'))) return Decoded::unpredictable;
        op.rd = static_cast<u8>(f('t'));
        op.rm = static_cast<u8>(f('u'));
        return system_access(ctx, op, Read);
    }
};

}  // namespace

VTOLL_A32_T32(MRC, Narrow<true>::translate)
VTOLL_A32_T32(MCR, Narrow<false>::translate)
VTOLL_A32_T32(MRRC, Wide<true>::translate)
VTOLL_A32_T32(MCRR, Wide<false>::translate)

}  // namespace vtoll::isa
