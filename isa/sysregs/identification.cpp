// SPDX-License-Identifier: Apache-2.0
// CP15 c0: what the processor is. ARM DDI 0406C §B3.17.1; groups of HCR.TID1-3: §B1.14.3.
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

/// A guest sees what the hypervisor put in VPIDR and VMPIDR.
bool is_guest(const CpuState& s) { return s.features.virtualization && !s.is_hyp(); }
u64 read_midr(CpuState& s, const Op&) { return is_guest(s) ? s.sys.vpidr : s.sys.id.midr; }
u64 read_mpidr(CpuState& s, const Op&) { return is_guest(s) ? s.sys.vmpidr : s.sys.id.mpidr; }
u64 read_ccsidr(CpuState& s, const Op&) { return s.sys.id.ccsidr[s.sys.csselr & 0xf]; }

/// c0, c1-c7: the CPUID scheme. Encodings that no register uses yet read as zero.
u64 read_feature_id(CpuState& s, const Op& op) {
    const Identity& r = s.sys.id;
    const SysRegKey key = key_of(op.raw);
    if (key.crm == 1) {
        const u32 bank[8] = {r.id_pfr0,    r.id_pfr1,    r.id_dfr0,    r.id_afr0,
                             r.id_mmfr[0], r.id_mmfr[1], r.id_mmfr[2], r.id_mmfr[3]};
        return bank[key.opc2];
    }
    return key.crm == 2 && key.opc2 < r.id_isar.size() ? r.id_isar[key.opc2] : 0;
}

constexpr std::string_view feature_names[7][8] = {
    // clang-format off
    {"ID_PFR0", "ID_PFR1", "ID_DFR0", "ID_AFR0", "ID_MMFR0", "ID_MMFR1", "ID_MMFR2", "ID_MMFR3"},
    {"ID_ISAR0", "ID_ISAR1", "ID_ISAR2", "ID_ISAR3", "ID_ISAR4", "ID_ISAR5", "ID_MMFR4", "ID_ISAR6"},
    {"", "", "", "", "ID_PFR2", "ID_DFR1", "ID_MMFR5", ""},
    {}, {}, {}, {},
    // clang-format on
};

}  // namespace

void add_identification(std::vector<SysReg>& rows) {
    using namespace access;
    const SysReg table[] = {
        // clang-format off
        {.name = "MIDR", .key = cp15(0, 0, 0, 0), .access = pl1_ro, .read = read_midr},
        {.name = "CTR", .key = cp15(0, 0, 0, 1), .access = pl1_ro, .traps = trap_tid2, .wired = &Identity::ctr},
        {.name = "TCMTR", .key = cp15(0, 0, 0, 2), .access = pl1_ro, .traps = trap_tid1, .wired = &Identity::tcmtr},
        {.name = "TLBTR", .key = cp15(0, 0, 0, 3), .access = pl1_ro, .traps = trap_tid1, .wired = &Identity::tlbtr},
        {.name = "MIDR (alias)", .key = cp15(0, 0, 0, 4), .access = pl1_ro, .read = read_midr},
        {.name = "MPIDR", .key = cp15(0, 0, 0, 5), .access = pl1_ro, .read = read_mpidr},
        {.name = "REVIDR", .key = cp15(0, 0, 0, 6), .access = pl1_ro, .traps = trap_tid1, .wired = &Identity::revidr},
        {.name = "MIDR (alias)", .key = cp15(0, 0, 0, 7), .access = pl1_ro, .read = read_midr},
        {.name = "CCSIDR", .key = cp15(0, 1, 0, 0), .access = pl1_ro, .traps = trap_tid2, .read = read_ccsidr},
        {.name = "CLIDR", .key = cp15(0, 1, 0, 1), .access = pl1_ro, .traps = trap_tid2, .wired = &Identity::clidr},
        {.name = "AIDR", .key = cp15(0, 1, 0, 7), .access = pl1_ro, .traps = trap_tid1, .wired = &Identity::aidr},
        {.name = "CSSELR", .key = cp15(0, 2, 0, 0), .access = pl1_rw, .traps = trap_tid2, .field = &SysRegs::csselr,
         .writable = 0xf},
        {.name = "VPIDR", .key = cp15(0, 4, 0, 0), .access = pl2_rw, .field = &SysRegs::vpidr,
         .needs = Needs::virtualization},
        {.name = "VMPIDR", .key = cp15(0, 4, 0, 5), .access = pl2_rw, .field = &SysRegs::vmpidr,
         .needs = Needs::virtualization},
        // clang-format on
    };
    rows.insert(rows.end(), std::begin(table), std::end(table));

    for (u8 crm = 1; crm <= 7; ++crm)
        for (u8 opc2 = 0; opc2 < 8; ++opc2) {
            const std::string_view name = feature_names[crm - 1][opc2];
            rows.push_back({.name = name.empty() ? "reserved ID, RAZ" : name,
                            .key = cp15(0, 0, crm, opc2),
                            .access = pl1_ro,
                            .traps = trap_tid3,
                            .read = read_feature_id});
        }
}

}  // namespace vtoll::isa
