// SPDX-License-Identifier: Apache-2.0
// System registers as data: one row for each CP14 and CP15 register, with who may access it, what traps an access to
// Hyp mode, and what a write sets off. Rows are in the tables beside this file; access.cpp interprets them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "isa/cost_class.hpp"
#include "isa/op.hpp"
#include "isa/state/cpu_state.hpp"
#include "isa/state/syndrome.hpp"
#include "isa/system_cost.hpp"

namespace vtoll::isa {

/// The fields of MRC and MCR, or of MRRC and MCRR (`wide`), that name a register.
struct SysRegKey {
    u8 coproc = 15, opc1 = 0, crn = 0, crm = 0, opc2 = 0;
    bool wide = false;

    constexpr u32 number() const {
        return u32(wide) << 19 | u32(coproc == 15) << 18 | u32(opc1) << 14 | u32(crn) << 10 | u32(crm) << 6 | opc2;
    }
    friend bool operator==(const SysRegKey&, const SysRegKey&) = default;
};
/// In the manual's order: CRn, opc1, CRm, opc2.
constexpr SysRegKey cp15(u8 crn, u8 opc1, u8 crm, u8 opc2) { return {15, opc1, crn, crm, opc2, false}; }
constexpr SysRegKey cp14(u8 crn, u8 opc1, u8 crm, u8 opc2) { return {14, opc1, crn, crm, opc2, false}; }
constexpr SysRegKey cp15_wide(u8 crm, u8 opc1) { return {15, opc1, 0, crm, 0, true}; }
constexpr SysRegKey cp14_wide(u8 crm, u8 opc1) { return {14, opc1, 0, crm, 0, true}; }

/// The register that a raw MCR/MRC or MCRR/MRRC encoding names (A32 and T32 alike). For who has the op only; of what
/// is decoded Properties::sysreg says it.
SysRegKey key_of(u32 raw);

/// Who may access a register. An access that a row does not allow is UNDEFINED.
enum AccessBits : u8 {
    pl0_r = 0x01,
    pl0_w = 0x02,
    pl1_r = 0x04,
    pl1_w = 0x08,
    pl2_r = 0x10,
    pl2_w = 0x20,
};
namespace access {
constexpr u8 pl2_ro = pl2_r, pl2_wo = pl2_w, pl2_rw = pl2_r | pl2_w;
constexpr u8 pl1_ro = pl1_r | pl2_r, pl1_wo = pl1_w | pl2_w, pl1_rw = pl1_ro | pl1_wo;
constexpr u8 pl0_ro = pl0_r | pl1_ro, pl0_wo = pl0_w | pl1_wo, pl0_rw = pl0_ro | pl0_wo;
constexpr u8 pl1_rw_pl0_ro = pl1_rw | pl0_r, pl1_rw_pl0_wo = pl1_rw | pl0_w;
}  // namespace access

/// Rules by which a hypervisor traps accesses from PL1 and PL0; a row lists those that concern it. HSTR.Tn and
/// HCR.TIDCP go by encoding and are in no row.
enum TrapRule : u32 {
    trap_tvm = 1 << 0,
    trap_tid0 = 1 << 1,
    trap_tid1 = 1 << 2,
    trap_tid2 = 1 << 3,
    trap_tid3 = 1 << 4,
    trap_tac = 1 << 5,
    trap_tsw = 1 << 6,
    trap_tpc = 1 << 7,
    trap_tpu = 1 << 8,
    trap_ttlb = 1 << 9,
    trap_tcpac = 1 << 10,
    trap_tda = 1 << 11,
    trap_tdra = 1 << 12,
    trap_tdosa = 1 << 13,
    trap_tpm = 1 << 14,
    trap_tpmcr = 1 << 15,
    trap_ttee = 1 << 16,
    trap_tjdbx = 1 << 17,
};
/// "HCR.TVM" and so on; `rule` is one bit.
std::string_view trap_rule_name(TrapRule rule);

/// What follows from a write that changes the register's value.
enum WriteEffect : u8 {
    fx_context = 1 << 0,      ///< translation of PL1 and PL0: CpuState::guest_context_changed, and the block ends
    fx_interrupts = 1 << 1,   ///< Env::interrupts_changed
    fx_fp = 1 << 2,           ///< access to the extension registers
    fx_hyp_context = 1 << 3,  ///< translation of Hyp mode: Env::context_changed, and the block ends
};

/// What a register needs to exist.
enum class Needs : u8 { nothing, virtualization, lpae, thumbee };

enum class Verdict : u8 { allowed, undefined, hyp_trap };
enum class Written : u8 { done, changed_context, aborted };

struct SysReg {
    std::string_view name;
    SysRegKey key;
    u8 access = 0;
    u32 traps = 0;
    u32 SysRegs::*field = nullptr;    ///< where the value is, when it is that plain
    u32 Identity::*wired = nullptr;   ///< a read-only register of the core's identity
    u64 SysRegs::*field64 = nullptr;  ///< the same for a doubleword; a 32-bit access is to its low word
    u64 writable = ~u64{0};           ///< bits a write changes
    u64 ones = 0;                     ///< bits that always read as one: with no field, the constant value
    u8 effects = 0;                   ///< WriteEffect
    Needs needs = Needs::nothing;
    std::array<u16, 2> cores{};                   ///< MIDR's part numbers of the cores that have it; none: all
    u64 (*read)(CpuState&, const Op&) = nullptr;  ///< instead of the field
    Written (*write)(CpuState&, const Op&, u64) = nullptr;      ///< instead of the field
    Verdict (*check)(const CpuState&, bool is_read) = nullptr;  ///< enable bits of other registers
    CostClass write_cost = CostClass::sysreg_write;
    bool ends_block = false;  ///< every write ends the block, whatever changed
    bool data_line = false;   ///< a write maintains the line of the data cache at an address: it is translated
};

/// Is it a register of the core that `s` says it is?
inline bool on_this_core(const CpuState& s, const SysReg& reg) {
    const auto part = static_cast<u16>(s.sys.id.midr >> 4 & 0xfff);
    return reg.cores[0] == 0 || part == reg.cores[0] || part == reg.cores[1];
}

/// What kind of operation an access is, for its price. Registers go by CRn, as ARM DDI 0406C §B3.17 groups them.
SystemCost system_cost(const SysReg& reg, bool is_read);

/// Every register, for look-ups, documentation and debuggers.
std::span<const SysReg> sysregs();
const SysReg* find_sysreg(const SysRegKey& key);
/// The register that `op`, one of MCR, MRC, MCRR and MRRC, names; nullptr: there is none.
const SysReg* named_sysreg(const Op& op);

/// The register's value with no side effect and no check: debuggers, checkpoints, documentation. Registers that live
/// in the machine (timers) are not readable this way.
u64 raw_sysreg(const CpuState& s, const SysReg& reg);

/// True when the row allows the access at `pl` on a processor with `features`.
bool statically_allowed(const SysReg& reg, const Features& features, Privilege pl, bool is_read);

/// Everything decided at run time: enable bits, then traps in the manual's order. `reg` is null for an encoding that
/// names no register, or none that the current privilege may access. On Verdict::hyp_trap `*syndrome` is set.
Verdict check_access(const CpuState& s, const Op& op, const SysReg* reg, bool is_read, Syndrome* syndrome);

/// The registers that RegisterAccess tells of: the rows of sysregs() by their index, then these.
enum class FpRegister : u16 { fpexc, fpscr, low_bank, high_bank, count };
u16 booked_number(FpRegister reg);
u16 booked_registers();  ///< how many there are
struct BookedRegister {
    std::string_view name;
    bool guests;  ///< software below Hyp mode may write it: a hypervisor saves it
};
BookedRegister booked_register(u16 number);
/// The same by name; `guests` if any of that name is. No register: nothing.
std::optional<BookedRegister> booked_register(std::string_view name);

u64 read_sysreg(CpuState& s, const Op& op, const SysReg& reg);
Written write_sysreg(CpuState& s, const Op& op, const SysReg& reg, u64 value);

}  // namespace vtoll::isa
