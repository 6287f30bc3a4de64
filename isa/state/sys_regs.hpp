// SPDX-License-Identifier: Apache-2.0
// System-register storage (one bank: the Non-secure state; a machine without the extensions has only that).
// Who may access what, and what traps, is the table in isa/sysregs/.
#pragma once

#include <array>

#include "isa/state/identity.hpp"
#include "isa/types.hpp"

namespace vtoll::isa {

/// Bits of the configuration registers, ARM DDI 0406C §B4.1.
namespace sctlr {
constexpr u32 M = 1u << 0, A = 1u << 1, C = 1u << 2, CP15BEN = 1u << 5, SW = 1u << 10, Z = 1u << 11, I = 1u << 12,
              V = 1u << 13;
constexpr u32 WXN = 1u << 19, UWXN = 1u << 20, VE = 1u << 24, EE = 1u << 25, TRE = 1u << 28, AFE = 1u << 29,
              TE = 1u << 30;
}  // namespace sctlr
namespace hcr {
constexpr u32 VM = 1u << 0, SWIO = 1u << 1, PTW = 1u << 2, FMO = 1u << 3, IMO = 1u << 4, AMO = 1u << 5, VF = 1u << 6,
              VI = 1u << 7, VA = 1u << 8, FB = 1u << 9, BSU = 3u << 10, DC = 1u << 12, TWI = 1u << 13, TWE = 1u << 14,
              TID0 = 1u << 15, TID1 = 1u << 16, TID2 = 1u << 17, TID3 = 1u << 18, TSC = 1u << 19, TIDCP = 1u << 20,
              TAC = 1u << 21, TSW = 1u << 22, TPC = 1u << 23, TPU = 1u << 24, TTLB = 1u << 25, TVM = 1u << 26,
              TGE = 1u << 27;
}  // namespace hcr
namespace hcptr {
constexpr u32 TCP10 = 1u << 10, TCP11 = 1u << 11, TASE = 1u << 15, TTA = 1u << 20, TCPAC = 1u << 31;
}
namespace hstr {
constexpr u32 TTEE = 1u << 16, TJDBX = 1u << 17;  // bits 0..15: Tn, CP15 primary register n
}
namespace hdcr {
constexpr u32 HPMN = 0x1f, TPMCR = 1u << 5, TPM = 1u << 6, HPME = 1u << 7, TDE = 1u << 8, TDA = 1u << 9,
              TDOSA = 1u << 10, TDRA = 1u << 11;
}
namespace pmcr {
constexpr u32 E = 1u << 0, P = 1u << 1, C = 1u << 2, D = 1u << 3, X = 1u << 4, DP = 1u << 5;
}
namespace cntkctl {
constexpr u32 PL0PCTEN = 1u << 0, PL0VCTEN = 1u << 1, EVNTEN = 1u << 2, EVNTDIR = 1u << 3, EVNTI = 0xfu << 4,
              PL0VTEN = 1u << 8, PL0PTEN = 1u << 9;
}
namespace cnthctl {
constexpr u32 PL1PCTEN = 1u << 0, PL1PCEN = 1u << 1;
}
namespace ttbcr {
constexpr u32 N = 7, PD0 = 1u << 4, PD1 = 1u << 5, EAE = 1u << 31, EPD0 = 1u << 7, EPD1 = 1u << 23, A1 = 1u << 22;
}

struct SysRegs {
    Identity id;  ///< wired: reset leaves it
    u32 csselr = 0, vpidr = 0, vmpidr = 0;
    u32 l2ectlr = 0;

    // Control
    u32 sctlr = 0, actlr = 0, cpacr = 0, hsctlr = 0, hactlr = 0;
    u32 hcr = 0, hdcr = 0, hcptr = 0, hstr = 0, hacr = 0;
    u32 scr = 1;  ///< SCR.NS; readable by Secure software only, kept for the trap rules that mention it

    // Memory system
    u64 ttbr0 = 0, ttbr1 = 0, httbr = 0, vttbr = 0;
    u32 ttbcr = 0, htcr = 0, vtcr = 0, dacr = 0;
    u32 mair0 = 0, mair1 = 0;  ///< PRRR and NMRR when TTBCR.EAE is 0: the same registers
    u32 amair0 = 0, amair1 = 0, hmair0 = 0, hmair1 = 0, hamair0 = 0, hamair1 = 0;
    u32 contextidr = 0, fcseidr = 0;
    u64 par = 0;

    // Faults
    u32 dfsr = 0, ifsr = 0, adfsr = 0, aifsr = 0, dfar = 0, ifar = 0;
    u32 hsr = 0, hdfar = 0, hifar = 0, hpfar = 0, hadfsr = 0, haifsr = 0;

    // Vectors
    u32 vbar = 0, hvbar = 0, mvbar = 0;

    // Threads
    u32 tpidrurw = 0, tpidruro = 0, tpidrprw = 0, htpidr = 0;

    // Generic timer access control; counters and compare values belong to the timers (gic/)
    u32 cntkctl = 0, cnthctl = 3, cntfrq = 62'500'000;

    // ThumbEE, Jazelle
    u32 teecr = 0, teehbr = 0, joscr = 0, jmcr = 0;

    // Debug, as far as software looks at it
    u32 dbgdscr = 0, dbgvcr = 0, dbgoslsr = 0x8, dbgosdlr = 0, dbgdtr = 0, dbgclaim = 0, dbgprcr = 0;
    std::array<u32, 16> dbgbvr{}, dbgbcr{}, dbgwvr{}, dbgwcr{}, dbgbxvr{};

    // Performance monitors
    u32 pmcr = 0, pmcnten = 0, pmovsr = 0, pmselr = 0, pmuserenr = 0, pminten = 0;
    std::array<u32, 32> pmxevtyper{};
    u32 no_padding = 0;  ///< the registers are saved as they lie in memory
    /// A counter's value while it stands; while it counts, less the total of its event. [31] is the cycle counter.
    std::array<u64, 32> pmcount{};
};

}  // namespace vtoll::isa
