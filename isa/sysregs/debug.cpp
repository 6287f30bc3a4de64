// SPDX-License-Identifier: Apache-2.0
// CP14: debug as far as software looks at it, ThumbEE and Jazelle configuration. ARM DDI 0406C chapter C11, §A2.10.
// External and self-hosted debug are disabled, as by DBGEN low: breakpoint registers hold values and never match.
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

constexpr unsigned breakpoints = 6, watchpoints = 4, context_breakpoints = 2;  // DBGDIDR below says so
constexpr u32 dscr_udccdis = 1u << 12, dscr_enables = 3u << 14;  // HDBGen, MDBGen: RAZ while debug is disabled
constexpr u32 oslsr_oslk = 1u << 1, oslar_key = 0xc5ac'ce55;

/// DBGDSCR.UDCCdis closes the registers that PL0 may otherwise read.
Verdict comms_access(const CpuState& s, bool) {
    return s.mode() == Mode::usr && (s.sys.dbgdscr & dscr_udccdis) ? Verdict::undefined : Verdict::allowed;
}

/// Read-only status follows from what it is a status of, ARM DDI 0406C §C11.11.20. The processor is in Non-secure
/// state; Secure debug is disabled. Without the Security Extensions the bits are RAZ.
u64 read_dscr(CpuState& s, const Op&) {
    constexpr u32 ns = 1u << 18, spniddis = 1u << 17, spiddis = 1u << 16;
    return s.sys.dbgdscr | (s.features.virtualization ? ns | spniddis | spiddis : 0);
}
Written write_dscr(CpuState& s, const Op&, u64 value) {
    constexpr u32 writable = 0xfu << 2 | 0x3u << 11 | dscr_udccdis;
    s.sys.dbgdscr = static_cast<u32>(value) & writable & ~dscr_enables;
    return Written::done;
}
Written write_oslar(CpuState& s, const Op&, u64 value) {
    s.sys.dbgoslsr = (s.sys.dbgoslsr & ~oslsr_oslk) | (value == oslar_key ? oslsr_oslk : 0);
    return Written::done;
}
Written write_claim_set(CpuState& s, const Op&, u64 value) {
    s.sys.dbgclaim |= value & 0xff;
    return Written::done;
}
Written write_claim_clear(CpuState& s, const Op&, u64 value) {
    s.sys.dbgclaim &= ~static_cast<u32>(value);
    return Written::done;
}

// Banks of registers: CRm is the index.
template <auto Bank>
u64 read_bank(CpuState& s, const Op& op) {
    return (s.sys.*Bank)[key_of(op.raw).crm];
}
template <auto Bank>
Written write_bank(CpuState& s, const Op& op, u64 value) {
    (s.sys.*Bank)[key_of(op.raw).crm] = static_cast<u32>(value);
    return Written::done;
}
// clang-format off
template <auto Bank>
void add_bank(std::vector<SysReg>& rows, std::string_view name, u8 crn, u8 opc2, unsigned first, unsigned end) {
    for (unsigned i = first; i < end; ++i)
        rows.push_back({.name = name, .key = cp14(crn, 0, static_cast<u8>(i), opc2), .access = access::pl1_rw,
                        .traps = trap_tda, .read = read_bank<Bank>, .write = write_bank<Bank>});
}

/// TEECR.XED closes TEEHBR to PL0.
Verdict teehbr_access(const CpuState& s, bool) {
    return s.mode() == Mode::usr && (s.sys.teecr & 1) ? Verdict::undefined : Verdict::allowed;
}

}  // namespace

void add_debug(std::vector<SysReg>& rows) {
    using namespace access;
    const SysReg table[] = {
        {.name = "DBGDIDR", .key = cp14(0, 0, 0, 0), .access = pl0_ro, .traps = trap_tda, .wired = &Identity::dbgdidr,
         .check = comms_access},
        {.name = "DBGDSCRint", .key = cp14(0, 0, 1, 0), .access = pl0_ro, .traps = trap_tda,
         .read = read_dscr, .check = comms_access},
        {.name = "DBGDTRRXint, DBGDTRTXint", .key = cp14(0, 0, 5, 0), .access = pl0_rw, .traps = trap_tda,
         .field = &SysRegs::dbgdtr, .check = comms_access},
        {.name = "DBGWFAR", .key = cp14(0, 0, 6, 0), .access = pl1_rw, .traps = trap_tda},
        {.name = "DBGVCR", .key = cp14(0, 0, 7, 0), .access = pl1_rw, .traps = trap_tda, .field = &SysRegs::dbgvcr},
        {.name = "DBGDTRRXext", .key = cp14(0, 0, 0, 2), .access = pl1_rw, .traps = trap_tda,
         .field = &SysRegs::dbgdtr},
        {.name = "DBGDSCRext", .key = cp14(0, 0, 2, 2), .access = pl1_rw, .traps = trap_tda,
         .read = read_dscr, .write = write_dscr},
        {.name = "DBGDTRTXext", .key = cp14(0, 0, 3, 2), .access = pl1_rw, .traps = trap_tda,
         .field = &SysRegs::dbgdtr},

        {.name = "DBGDRAR", .key = cp14(1, 0, 0, 0), .access = pl0_ro, .traps = trap_tdra, .check = comms_access},
        {.name = "DBGDRAR", .key = cp14_wide(1, 0), .access = pl0_ro, .traps = trap_tdra, .needs = Needs::lpae,
         .check = comms_access},
        {.name = "DBGDSAR", .key = cp14(2, 0, 0, 0), .access = pl0_ro, .traps = trap_tdra, .check = comms_access},
        {.name = "DBGDSAR", .key = cp14_wide(2, 0), .access = pl0_ro, .traps = trap_tdra, .needs = Needs::lpae,
         .check = comms_access},

        {.name = "DBGOSLAR", .key = cp14(1, 0, 0, 4), .access = pl1_wo, .traps = trap_tdosa, .write = write_oslar},
        {.name = "DBGOSLSR", .key = cp14(1, 0, 1, 4), .access = pl1_ro, .traps = trap_tdosa,
         .field = &SysRegs::dbgoslsr},
        {.name = "DBGOSDLR", .key = cp14(1, 0, 3, 4), .access = pl1_rw, .traps = trap_tdosa,
         .field = &SysRegs::dbgosdlr, .writable = 1},
        {.name = "DBGPRCR", .key = cp14(1, 0, 4, 4), .access = pl1_rw, .traps = trap_tdosa,
         .field = &SysRegs::dbgprcr, .writable = 1},

        {.name = "DBGCLAIMSET", .key = cp14(7, 0, 8, 6), .access = pl1_rw, .traps = trap_tda, .ones = 0xff,
         .write = write_claim_set},
        {.name = "DBGCLAIMCLR", .key = cp14(7, 0, 9, 6), .access = pl1_rw, .traps = trap_tda,
         .field = &SysRegs::dbgclaim, .write = write_claim_clear},
        // Non-secure and Secure invasive debug: implemented, disabled
        {.name = "DBGAUTHSTATUS", .key = cp14(7, 0, 14, 6), .access = pl1_ro, .traps = trap_tda, .ones = 0xaa},
        {.name = "DBGDEVID2", .key = cp14(7, 0, 0, 7), .access = pl1_ro, .traps = trap_tda},
        {.name = "DBGDEVID1", .key = cp14(7, 0, 1, 7), .access = pl1_ro, .traps = trap_tda,
         .wired = &Identity::dbgdevid1},
        {.name = "DBGDEVID", .key = cp14(7, 0, 2, 7), .access = pl1_ro, .traps = trap_tda,
         .wired = &Identity::dbgdevid},

        // ThumbEE state itself is not modelled
        {.name = "TEECR", .key = cp14(0, 6, 0, 0), .access = pl1_rw_pl0_ro, .traps = trap_ttee,
         .field = &SysRegs::teecr, .writable = 1, .needs = Needs::thumbee},
        {.name = "TEEHBR", .key = cp14(1, 6, 0, 0), .access = pl0_rw, .traps = trap_ttee, .field = &SysRegs::teehbr,
         .writable = ~u64{3}, .needs = Needs::thumbee, .check = teehbr_access},

        // The trivial Jazelle implementation: RAZ/WI
        {.name = "JIDR", .key = cp14(0, 7, 0, 0), .access = pl0_ro, .traps = trap_tid0 | trap_tjdbx},
        {.name = "JOSCR", .key = cp14(1, 7, 0, 0), .access = pl1_rw, .traps = trap_tjdbx},
        {.name = "JMCR", .key = cp14(2, 7, 0, 0), .access = pl1_rw_pl0_wo, .traps = trap_tjdbx},
    };
    rows.insert(rows.end(), std::begin(table), std::end(table));
    add_bank<&SysRegs::dbgbvr>(rows, "DBGBVRn", 0, 4, 0, breakpoints);
    add_bank<&SysRegs::dbgbcr>(rows, "DBGBCRn", 0, 5, 0, breakpoints);
    add_bank<&SysRegs::dbgwvr>(rows, "DBGWVRn", 0, 6, 0, watchpoints);
    add_bank<&SysRegs::dbgwcr>(rows, "DBGWCRn", 0, 7, 0, watchpoints);
    add_bank<&SysRegs::dbgbxvr>(rows, "DBGBXVRn", 1, 1, breakpoints - context_breakpoints, breakpoints);
}
// clang-format on

}  // namespace vtoll::isa
