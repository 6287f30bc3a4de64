// SPDX-License-Identifier: Apache-2.0
// CP15 c1-c3, c5, c6, c10, c12, c13, c15: control, translation, faults, vectors, threads. ARM DDI 0406C §B3.17, §B4.1.
#include "isa/sysregs/tables.hpp"

namespace vtoll::isa {

namespace {

/// TTBCR has other fields in each format (§B4.1.153); EAE itself is in both, with LPAE.
Written write_ttbcr(CpuState& s, const Op&, u64 value) {
    constexpr u32 short_bits = ttbcr::N | ttbcr::PD0 | ttbcr::PD1, long_bits = 0xffc7'3f87;
    const bool eae = s.features.lpae && (value & ttbcr::EAE);
    const u32 fresh = static_cast<u32>(value) & (eae ? long_bits : short_bits);
    if (fresh == s.sys.ttbcr) return Written::done;
    s.sys.ttbcr = fresh;
    s.guest_context_changed();
    return Written::changed_context;
}

/// ISR shows what is pending: to a guest whose interrupts are routed to Hyp mode, the virtual ones (§B4.1.98).
u64 read_isr(CpuState& s, const Op&) {
    const auto pending = [&](u32 route, bool physical, bool virt) {
        return !s.is_hyp() && (s.sys.hcr & route) ? virt : physical;
    };
    const u32 h = s.sys.hcr;
    return (pending(hcr::AMO, s.line_abort, h & hcr::VA) ? psr::A : 0) |
           (pending(hcr::IMO, s.line_irq, s.line_virq || (h & hcr::VI)) ? psr::I : 0) |
           (pending(hcr::FMO, s.line_fiq, s.line_vfiq || (h & hcr::VF)) ? psr::F : 0);
}

constexpr u16 a8 = 0xc08, a9 = 0xc09;

bool is_a8(const CpuState& s) { return (s.sys.id.midr >> 4 & 0xfff) == a8; }
Verdict l2_control(const CpuState& s, bool) { return s.sys.id.has_l2ctlr ? Verdict::allowed : Verdict::undefined; }
/// One encoding has L2CTLR on the Cortex-A7 and Cortex-A15, and L2AUXCR, which reads as zero here, on the Cortex-A8.
Verdict l2_control_or_auxiliary(const CpuState& s, bool is_read) {
    return is_a8(s) ? Verdict::allowed : l2_control(s, is_read);
}
u64 read_l2ctlr(CpuState& s, const Op&) { return s.sys.id.has_l2ctlr ? s.sys.id.l2ctlr : 0; }
Written write_ignored(CpuState&, const Op&, u64) { return Written::done; }

}  // namespace

void add_control(std::vector<SysReg>& rows) {
    using namespace access;
    constexpr u64 ttbr_bits = 0x00ff'00ff'ffff'ffff;
    const SysReg table[] = {
        // RAO: bits 23, 22, 18, 16, 6, 4, 3
        // clang-format off
        {.name = "SCTLR", .key = cp15(1, 0, 0, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::sctlr,
         .writable = sctlr::M | sctlr::A | sctlr::C | sctlr::CP15BEN | sctlr::SW | sctlr::Z | sctlr::I | sctlr::V |
                     sctlr::WXN | sctlr::UWXN | sctlr::EE | sctlr::TRE | sctlr::AFE | sctlr::TE,
         .ones = 0x00c5'0058, .effects = fx_context},
        {.name = "ACTLR", .key = cp15(1, 0, 0, 1), .access = pl1_rw, .traps = trap_tac, .field = &SysRegs::actlr},
        // cp10, cp11, D32DIS, ASEDIS: the other coprocessors do not exist
        {.name = "CPACR", .key = cp15(1, 0, 0, 2), .access = pl1_rw, .traps = trap_tcpac, .field = &SysRegs::cpacr,
         .writable = 0xc0f0'0000, .effects = fx_fp},

        {.name = "TTBR0", .key = cp15(2, 0, 0, 0), .access = pl1_rw, .traps = trap_tvm, .field64 = &SysRegs::ttbr0,
         .effects = fx_context},
        {.name = "TTBR1", .key = cp15(2, 0, 0, 1), .access = pl1_rw, .traps = trap_tvm, .field64 = &SysRegs::ttbr1,
         .effects = fx_context},
        {.name = "TTBR0", .key = cp15_wide(2, 0), .access = pl1_rw, .traps = trap_tvm, .field64 = &SysRegs::ttbr0,
         .writable = ttbr_bits, .effects = fx_context, .needs = Needs::lpae},
        {.name = "TTBR1", .key = cp15_wide(2, 1), .access = pl1_rw, .traps = trap_tvm, .field64 = &SysRegs::ttbr1,
         .writable = ttbr_bits, .effects = fx_context, .needs = Needs::lpae},
        {.name = "TTBCR", .key = cp15(2, 0, 0, 2), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::ttbcr,
         .effects = fx_context, .write = write_ttbcr},
        {.name = "DACR", .key = cp15(3, 0, 0, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::dacr,
         .effects = fx_context},

        {.name = "DFSR", .key = cp15(5, 0, 0, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::dfsr},
        {.name = "IFSR", .key = cp15(5, 0, 0, 1), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::ifsr},
        {.name = "ADFSR", .key = cp15(5, 0, 1, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::adfsr},
        {.name = "AIFSR", .key = cp15(5, 0, 1, 1), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::aifsr},
        {.name = "DFAR", .key = cp15(6, 0, 0, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::dfar},
        {.name = "IFAR", .key = cp15(6, 0, 0, 2), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::ifar},

        {.name = "MAIR0, PRRR", .key = cp15(10, 0, 2, 0), .access = pl1_rw, .traps = trap_tvm,
         .field = &SysRegs::mair0, .effects = fx_context},
        {.name = "MAIR1, NMRR", .key = cp15(10, 0, 2, 1), .access = pl1_rw, .traps = trap_tvm,
         .field = &SysRegs::mair1, .effects = fx_context},
        {.name = "AMAIR0", .key = cp15(10, 0, 3, 0), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::amair0,
         .needs = Needs::lpae},
        {.name = "AMAIR1", .key = cp15(10, 0, 3, 1), .access = pl1_rw, .traps = trap_tvm, .field = &SysRegs::amair1,
         .needs = Needs::lpae},

        {.name = "VBAR", .key = cp15(12, 0, 0, 0), .access = pl1_rw, .field = &SysRegs::vbar, .writable = ~u64{0x1f}},
        {.name = "ISR", .key = cp15(12, 0, 1, 0), .access = pl1_ro, .read = read_isr},

        // The Fast Context Switch Extension is obsolete: RAZ/WI
        {.name = "FCSEIDR", .key = cp15(13, 0, 0, 0), .access = pl1_rw},
        {.name = "CONTEXTIDR", .key = cp15(13, 0, 0, 1), .access = pl1_rw, .traps = trap_tvm,
         .field = &SysRegs::contextidr, .effects = fx_context},
        {.name = "TPIDRURW", .key = cp15(13, 0, 0, 2), .access = pl0_rw, .field = &SysRegs::tpidrurw},
        {.name = "TPIDRURO", .key = cp15(13, 0, 0, 3), .access = pl1_rw_pl0_ro, .field = &SysRegs::tpidruro},
        {.name = "TPIDRPRW", .key = cp15(13, 0, 0, 4), .access = pl1_rw, .field = &SysRegs::tpidrprw},

        // Cortex-A7 and Cortex-A15: in the space of HCR.TIDCP
        {.name = "L2CTLR, L2AUXCR", .key = cp15(9, 1, 0, 2), .access = pl1_rw, .wired = &Identity::l2ctlr,
         .read = read_l2ctlr, .write = write_ignored, .check = l2_control_or_auxiliary},
        {.name = "L2ECTLR", .key = cp15(9, 1, 0, 3), .access = pl1_rw, .field = &SysRegs::l2ectlr,
         .check = l2_control},
        // Lockdown of L2 and of the TLBs, which nothing here takes note of: they read as zero and ignore writes. The
        // same goes for what Linux sets in the diagnostic register against errata (docs/cores/identification.md).
        {.name = "L2LOCKDOWN", .key = cp15(9, 1, 0, 0), .access = pl1_rw, .cores = {a8}},
        {.name = "TLBLOCKDOWN, DTLBLOCKDOWN", .key = cp15(10, 0, 0, 0), .access = pl1_rw, .cores = {a8, a9}},
        {.name = "ITLBLOCKDOWN", .key = cp15(10, 0, 0, 1), .access = pl1_rw, .cores = {a8}},
        {.name = "DTLBPRELOAD", .key = cp15(10, 0, 1, 0), .access = pl1_wo, .cores = {a8}},
        {.name = "ITLBPRELOAD", .key = cp15(10, 0, 1, 1), .access = pl1_wo, .cores = {a8}},
        {.name = "PCR", .key = cp15(15, 0, 0, 0), .access = pl1_rw, .cores = {a9}},
        {.name = "DIAGNOSTIC", .key = cp15(15, 0, 0, 1), .access = pl1_rw, .cores = {a9}},
        {.name = "NEONBUSY", .key = cp15(15, 0, 1, 0), .access = pl1_ro, .cores = {a9}},
        {.name = "TLBLOCKREAD", .key = cp15(15, 5, 4, 2), .access = pl1_wo, .cores = {a9}},
        {.name = "TLBLOCKWRITE", .key = cp15(15, 5, 4, 4), .access = pl1_wo, .cores = {a9}},
        {.name = "TLBLOCKVA", .key = cp15(15, 5, 5, 2), .access = pl1_rw, .cores = {a9}},
        {.name = "TLBLOCKPA", .key = cp15(15, 5, 6, 2), .access = pl1_rw, .cores = {a9}},
        {.name = "TLBLOCKATTR", .key = cp15(15, 5, 7, 2), .access = pl1_rw, .cores = {a9}},
        {.name = "CBAR", .key = cp15(15, 4, 0, 0), .access = pl1_ro, .wired = &Identity::cbar},
        // clang-format on
    };
    rows.insert(rows.end(), std::begin(table), std::end(table));
}

}  // namespace vtoll::isa
