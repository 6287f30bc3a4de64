// SPDX-License-Identifier: Apache-2.0
// The registers of Hyp mode. ARM DDI 0406C §B3.17.3, §B4.1.
#include "isa/sysregs/performance.hpp"
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

/// HDCR.HPMN has to be between 1 and PMCR.N; anything else is UNPREDICTABLE and leaves it.
Written write_hdcr(CpuState& s, const Op& op, u64 value) {
    u32 fresh = static_cast<u32>(value) & 0xfff;
    const u32 hpmn = fresh & hdcr::HPMN;
    if (hpmn == 0 || hpmn > s.sys.id.event_counters()) fresh = (fresh & ~hdcr::HPMN) | (s.sys.hdcr & hdcr::HPMN);
    detach_counters(s, &op);
    s.sys.hdcr = fresh;
    attach_counters(s, &op);
    return Written::done;
}

}  // namespace

void add_hyp(std::vector<SysReg>& rows) {
    using namespace access;
    SysReg table[] = {
        // RAO: bits 29, 28, 23, 22, 18, 16, 11, 4
        // clang-format off
        {.name = "HSCTLR", .key = cp15(1, 4, 0, 0), .field = &SysRegs::hsctlr,
         .writable = sctlr::M | sctlr::A | sctlr::C | sctlr::CP15BEN | sctlr::I | sctlr::WXN | sctlr::EE | sctlr::TE,
         .ones = 0x30c5'0810, .effects = fx_hyp_context},
        {.name = "HACTLR", .key = cp15(1, 4, 0, 1), .field = &SysRegs::hactlr},
        {.name = "HCR", .key = cp15(1, 4, 1, 0), .field = &SysRegs::hcr, .writable = 0x0fff'ffff,
         .effects = fx_context | fx_interrupts},
        {.name = "HDCR", .key = cp15(1, 4, 1, 1), .field = &SysRegs::hdcr, .write = write_hdcr},
        // RAO: coprocessors 0-9, 12 and 13 do not exist. No CP14 trace registers: TTA is RAZ/WI
        {.name = "HCPTR", .key = cp15(1, 4, 1, 2), .field = &SysRegs::hcptr,
         .writable = hcptr::TCPAC | hcptr::TASE | hcptr::TCP11 | hcptr::TCP10, .ones = 0x33ff, .effects = fx_fp},
        {.name = "HSTR", .key = cp15(1, 4, 1, 3), .field = &SysRegs::hstr, .writable = 0x3'bfef},
        {.name = "HACR", .key = cp15(1, 4, 1, 7), .field = &SysRegs::hacr},

        {.name = "HTCR", .key = cp15(2, 4, 0, 2), .field = &SysRegs::htcr, .writable = 0x4000'3f07,
         .ones = 0x8080'0000, .effects = fx_hyp_context},
        {.name = "VTCR", .key = cp15(2, 4, 1, 2), .field = &SysRegs::vtcr, .writable = 0x3fdf, .ones = 0x8000'0000,
         .effects = fx_context},
        {.name = "HTTBR", .key = cp15_wide(2, 4), .field64 = &SysRegs::httbr, .writable = 0xff'ffff'ffff,
         .effects = fx_hyp_context},
        {.name = "VTTBR", .key = cp15_wide(2, 6), .field64 = &SysRegs::vttbr, .writable = 0x00ff'00ff'ffff'ffff,
         .effects = fx_context},

        {.name = "HADFSR", .key = cp15(5, 4, 1, 0), .field = &SysRegs::hadfsr},
        {.name = "HAIFSR", .key = cp15(5, 4, 1, 1), .field = &SysRegs::haifsr},
        {.name = "HSR", .key = cp15(5, 4, 2, 0), .field = &SysRegs::hsr},
        {.name = "HDFAR", .key = cp15(6, 4, 0, 0), .field = &SysRegs::hdfar},
        {.name = "HIFAR", .key = cp15(6, 4, 0, 2), .field = &SysRegs::hifar},
        {.name = "HPFAR", .key = cp15(6, 4, 0, 4), .field = &SysRegs::hpfar, .writable = 0xffff'fff0},

        {.name = "HMAIR0", .key = cp15(10, 4, 2, 0), .field = &SysRegs::hmair0, .effects = fx_hyp_context},
        {.name = "HMAIR1", .key = cp15(10, 4, 2, 1), .field = &SysRegs::hmair1, .effects = fx_hyp_context},
        {.name = "HAMAIR0", .key = cp15(10, 4, 3, 0), .field = &SysRegs::hamair0},
        {.name = "HAMAIR1", .key = cp15(10, 4, 3, 1), .field = &SysRegs::hamair1},
        {.name = "HVBAR", .key = cp15(12, 4, 0, 0), .field = &SysRegs::hvbar, .writable = ~u64{0x1f}},
        {.name = "HTPIDR", .key = cp15(13, 4, 0, 2), .field = &SysRegs::htpidr},
        // clang-format on
    };
    for (SysReg& row : table) {
        row.access = pl2_rw;
        row.needs = Needs::virtualization;
        rows.push_back(row);
    }
}

}  // namespace vtoll::isa
