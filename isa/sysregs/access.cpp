// SPDX-License-Identifier: Apache-2.0
// Look-up, access checks and the plain reads and writes. ARM DDI 0406C §B1.14 (traps), §B3.15, §B3.17.
#include <algorithm>
#include <bit>

#include "isa/exec/system/exceptions.hpp"
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

const std::vector<SysReg>& table() {
    static const std::vector<SysReg> rows = [] {
        std::vector<SysReg> all;
        add_identification(all);
        add_control(all);
        add_maintenance(all);
        add_performance(all);
        add_hyp(all);
        add_timers(all);
        add_debug(all);
        return all;
    }();
    return rows;
}

/// A trap rule as data: which bits of which register, for which direction. In the order of TrapRule's bits.
struct Rule {
    TrapRule rule;
    std::string_view name;
    u32 SysRegs::*reg;
    u32 mask;
    bool reads, writes;
};
constexpr Rule rules[] = {
    {trap_tvm, "HCR.TVM", &SysRegs::hcr, hcr::TVM, false, true},
    {trap_tid0, "HCR.TID0", &SysRegs::hcr, hcr::TID0, true, true},
    {trap_tid1, "HCR.TID1", &SysRegs::hcr, hcr::TID1, true, true},
    {trap_tid2, "HCR.TID2", &SysRegs::hcr, hcr::TID2, true, true},
    {trap_tid3, "HCR.TID3", &SysRegs::hcr, hcr::TID3, true, true},
    {trap_tac, "HCR.TAC", &SysRegs::hcr, hcr::TAC, true, true},
    {trap_tsw, "HCR.TSW", &SysRegs::hcr, hcr::TSW, true, true},
    {trap_tpc, "HCR.TPC", &SysRegs::hcr, hcr::TPC, true, true},
    {trap_tpu, "HCR.TPU", &SysRegs::hcr, hcr::TPU, true, true},
    {trap_ttlb, "HCR.TTLB", &SysRegs::hcr, hcr::TTLB, true, true},
    {trap_tcpac, "HCPTR.TCPAC", &SysRegs::hcptr, hcptr::TCPAC, true, true},
    // HDCR.TDE routes debug exceptions to Hyp mode, and must come with the other three: it acts as all of them.
    {trap_tda, "HDCR.TDA", &SysRegs::hdcr, hdcr::TDA | hdcr::TDE, true, true},
    {trap_tdra, "HDCR.TDRA", &SysRegs::hdcr, hdcr::TDRA | hdcr::TDE, true, true},
    {trap_tdosa, "HDCR.TDOSA", &SysRegs::hdcr, hdcr::TDOSA | hdcr::TDE, true, true},
    {trap_tpm, "HDCR.TPM", &SysRegs::hdcr, hdcr::TPM, true, true},
    {trap_tpmcr, "HDCR.TPMCR", &SysRegs::hdcr, hdcr::TPMCR, true, true},
    {trap_ttee, "HSTR.TTEE", &SysRegs::hstr, hstr::TTEE, true, true},
    {trap_tjdbx, "HSTR.TJDBX", &SysRegs::hstr, hstr::TJDBX, true, true},
};

static_assert([] {
    for (unsigned i = 0; i < std::size(rules); ++i)
        if (rules[i].rule != 1u << i) return false;
    return true;
}());

/// HSTR.Tn: CP15 primary register CRn, or CRm of a 64-bit access. T4 and T14 do not exist.
bool hstr_traps(const CpuState& s, const SysRegKey& key) {
    constexpr u32 exists = 0xbfef;
    return key.coproc == 15 && ((s.sys.hstr & exists) >> (key.wide ? key.crm : key.crn) & 1);
}

/// HCR.TIDCP: the encodings set aside for IMPLEMENTATION DEFINED functions, ARM DDI 0406C §B1.14.3.
bool tidcp_traps(const CpuState& s, const SysRegKey& key) {
    if (!(s.sys.hcr & hcr::TIDCP) || key.coproc != 15 || key.wide) return false;
    const u32 crm = 1u << key.crm;
    switch (key.crn) {
    case 9: return crm & 0x01e7;   // c0-c2, c5-c8
    case 10: return crm & 0x0113;  // c0, c1, c4, c8
    case 11: return crm & 0x81ff;  // c0-c8, c15
    default: return false;
    }
}

bool row_traps(const CpuState& s, const SysReg& reg, bool is_read) {
    for (u32 left = reg.traps; left; left &= left - 1) {
        const Rule& r = rules[std::countr_zero(left)];
        if ((s.sys.*r.reg & r.mask) && (is_read ? r.reads : r.writes)) return true;
    }
    return false;
}

Ec exception_class(const SysRegKey& key, const SysReg* reg, const CpuState& s) {
    if (reg && (reg->traps & trap_tjdbx) && (s.sys.hstr & hstr::TJDBX)) return Ec::jazelle;
    if (key.coproc == 15) return key.wide ? Ec::cp15_64 : Ec::cp15_32;
    return key.wide ? Ec::cp14_64 : Ec::cp14_32;
}

void apply(CpuState& s, u8 effects) {
    if (effects & fx_fp) s.update_fp_enabled();
    if (effects & fx_hyp_context) s.env->context_changed();
    else if (effects & fx_context) s.guest_context_changed();
    if (effects & fx_interrupts) s.env->interrupts_changed();
}

}  // namespace

SysRegKey key_of(u32 raw) {
    const auto field = [raw](unsigned hi, unsigned lo) { return static_cast<u8>(bits(raw, hi, lo)); };
    if (bits(raw, 27, 24) == 0xe) return {field(11, 8), field(23, 21), field(19, 16), field(3, 0), field(7, 5), false};
    return {field(11, 8), field(7, 4), 0, field(3, 0), 0, true};
}

std::string_view trap_rule_name(TrapRule rule) { return rules[std::countr_zero(u32(rule))].name; }

std::span<const SysReg> sysregs() { return table(); }

const SysReg* find_sysreg(const SysRegKey& key) {
    static const std::vector<const SysReg*> sorted = [] {
        std::vector<const SysReg*> v;
        for (const SysReg& r : table()) v.push_back(&r);
        std::ranges::sort(v, {}, [](const SysReg* r) { return r->key.number(); });
        return v;
    }();
    const auto it = std::ranges::lower_bound(sorted, key.number(), {}, [](const SysReg* r) { return r->key.number(); });
    return it != sorted.end() && (*it)->key == key ? *it : nullptr;
}

namespace {

/// CRn 7: operations, apart from PAR.
SystemCost operation_cost(const SysReg& reg) {
    using enum SystemCost;
    const bool all_instructions = reg.key.opc2 == 0 && (reg.key.crm == 1 || reg.key.crm == 5);
    switch (reg.write_cost) {
    case CostClass::barrier: return reg.key.opc2 == 4 ? dsb : dmb;
    case CostClass::isb: return none;
    case CostClass::tlb_op: return translate;
    case CostClass::cache_op: break;
    default: return control_write;  // the NOPs
    }
    if (reg.key.opc2 >= 6) return predictor;
    return all_instructions ? cache_all : cache_line;
}

struct ReadWrite {
    SystemCost read, write;
};
ReadWrite register_costs(const SysReg& reg) {
    using enum SystemCost;
    const SysRegKey& key = reg.key;
    if (key.coproc == 14) return {debug_read, debug_write};
    if (reg.effects & (fx_context | fx_hyp_context)) return {translation_read, translation_write};
    switch (key.wide ? key.crm : key.crn) {
    case 0: return {id_read, control_write};  // CSSELR, VPIDR, VMPIDR can be written
    case 5:
    case 6:
    case 7: return {fault_read, fault_write};  // 7: PAR
    case 9:                                    // opc1 1: L2CTLR and its kin
        return key.opc1 ? ReadWrite{control_read, control_write} : ReadWrite{monitor_read, monitor_write};
    case 12: return {key.crm == 1 ? fault_read : control_read, control_write};  // ISR
    case 13: return {thread_read, thread_write};
    case 14: return {timer_read, timer_write};
    default: return {control_read, control_write};
    }
}

}  // namespace

SystemCost system_cost(const SysReg& reg, bool is_read) {
    const bool operation = reg.key.coproc == 15 && !reg.key.wide && reg.key.crn == 7 && reg.key.crm != 4;
    if (operation) return operation_cost(reg);
    // CRm 3 is the Inner Shareable half of the TLB operations.
    if (reg.key.coproc == 15 && !reg.key.wide && reg.key.crn == 8)
        return reg.key.crm == 3 ? SystemCost::tlb_broadcast : SystemCost::tlb_local;
    const ReadWrite costs = register_costs(reg);
    return is_read ? costs.read : costs.write;
}

const SysReg* named_sysreg(const Op& op) { return find_sysreg(key_of(op.raw)); }

u64 raw_sysreg(const CpuState& s, const SysReg& reg) {
    if (reg.wired) return s.sys.id.*reg.wired;
    if (reg.field) return s.sys.*reg.field;
    if (reg.field64) return reg.key.wide ? s.sys.*reg.field64 : static_cast<u32>(s.sys.*reg.field64);
    return 0;
}

bool statically_allowed(const SysReg& reg, const Features& features, Privilege pl, bool is_read) {
    switch (reg.needs) {
    case Needs::nothing: break;
    case Needs::virtualization:
        if (!features.virtualization) return false;
        break;
    case Needs::lpae:
        if (!features.lpae) return false;
        break;
    case Needs::thumbee:
        if (!features.thumbee) return false;
        break;
    }
    return reg.access & (is_read ? pl0_r : pl0_w) << (2 * static_cast<unsigned>(pl));
}

Verdict check_access(const CpuState& s, const Op& op, const SysReg* reg, bool is_read, Syndrome* syndrome) {
    const Privilege pl = s.privilege();
    const bool there = reg && on_this_core(s, *reg);
    const Verdict enabled = !there ? Verdict::undefined : reg->check ? reg->check(s, is_read) : Verdict::allowed;
    if (pl == Privilege::pl2) return enabled == Verdict::hyp_trap ? Verdict::allowed : enabled;
    // An access from PL0 that is UNDEFINED anyway stays so; the same from PL1 is trapped by the rules that go by
    // encoding. Where the manual leaves the choice (§B1.14.3, §B1.14.8) this is ours.
    if (pl == Privilege::pl0 && enabled == Verdict::undefined) return enabled;
    const SysRegKey key = key_of(op.raw);
    bool trapped = hstr_traps(s, key) || tidcp_traps(s, key);
    if (!trapped) {
        if (enabled == Verdict::undefined) return enabled;
        trapped = enabled == Verdict::hyp_trap || row_traps(s, *reg, is_read);
    }
    if (!trapped) return Verdict::allowed;
    const Syndrome iss = key.wide ? iss_mcrr_mrrc(op.raw) : iss_mcr_mrc(op.raw);
    *syndrome = trap_syndrome(s, op, exception_class(key, reg, s), iss);
    return Verdict::hyp_trap;
}

// --- as books know them

namespace {
constexpr std::string_view fp_names[] = {"FPEXC", "FPSCR", "D0-D15", "D16-D31"};
static_assert(std::size(fp_names) == static_cast<std::size_t>(FpRegister::count));
}  // namespace

u16 booked_number(FpRegister reg) { return static_cast<u16>(table().size() + static_cast<std::size_t>(reg)); }
u16 booked_registers() { return booked_number(FpRegister::count); }

BookedRegister booked_register(u16 number) {
    const std::vector<SysReg>& rows = table();
    if (number >= rows.size()) return {fp_names[number - rows.size()], true};
    return {rows[number].name, (rows[number].access & pl1_w) != 0};
}

std::optional<BookedRegister> booked_register(std::string_view name) {
    std::optional<BookedRegister> found;
    for (u16 number = 0; number < booked_registers(); ++number)
        if (const BookedRegister reg = booked_register(number); reg.name == name) {
            if (!found) found = reg;
            found->guests |= reg.guests;
        }
    return found;
}

u64 read_sysreg(CpuState& s, const Op& op, const SysReg& reg) {
    return reg.read ? reg.read(s, op) : raw_sysreg(s, reg) | reg.ones;
}

Written write_sysreg(CpuState& s, const Op& op, const SysReg& reg, u64 value) {
    if (reg.write) {
        const Written w = reg.write(s, op, value);
        return w == Written::done && reg.ends_block ? Written::changed_context : w;
    }
    if (!reg.field && !reg.field64) return Written::done;  // write ignored
    const u64 old = raw_sysreg(s, reg);
    const u64 fresh = (value & reg.writable) | reg.ones;
    if (fresh == old) return Written::done;
    if (reg.field) s.sys.*reg.field = static_cast<u32>(fresh);
    else if (reg.key.wide) s.sys.*reg.field64 = fresh;
    else s.sys.*reg.field64 = (s.sys.*reg.field64 & ~u64{0xffff'ffff}) | static_cast<u32>(fresh);
    apply(s, reg.effects);
    return (reg.effects & (fx_context | fx_hyp_context)) ? Written::changed_context : Written::done;
}

}  // namespace vtoll::isa
