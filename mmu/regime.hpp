// SPDX-License-Identifier: Apache-2.0
// The part of the processor's state that decides how an address is translated, ARM DDI 0406C §B3.1.
#pragma once

#include "isa/state/modes.hpp"
#include "isa/state/sys_regs.hpp"
#include "isa/types.hpp"

namespace vtoll::mmu {

/// The virtual machine that TLB entries made now, and TLB maintenance, belong to.
inline u8 vmid_of(const isa::SysRegs& s) { return static_cast<u8>(s.vttbr >> 48); }

enum class Stage1Format : u8 { off, short_descriptor, long_descriptor };

/// Which tables translate, and under what tags the result is remembered. Made on every access: keep it small.
struct Selection {
    bool hyp;     ///< Non-secure PL2 regime; otherwise Non-secure PL1&0
    bool stage2;  ///< stage 2 applies
    Stage1Format stage1;
    bool default_cacheable;  ///< HCR.DC
    u8 asid;
    u8 vmid;
};

/// A snapshot of everything a walk needs.
struct Regime {
    Selection select{};
    bool privileged = true;
    bool afe = false, tre = false, wxn = false, uwxn = false;
    bool insn_cache = false;         ///< SCTLR.I or HSCTLR.I
    bool data_cache = false;         ///< SCTLR.C or HSCTLR.C
    bool stage1_big_endian = false;  ///< SCTLR.EE or HSCTLR.EE
    bool stage2_big_endian = false;  ///< HSCTLR.EE
    bool protected_walk = false;     ///< HCR.PTW
    u64 ttbr0 = 0;                   ///< HTTBR in the Hyp regime
    u64 ttbr1 = 0;
    u32 ttbcr = 0;  ///< HTCR in the Hyp regime
    u32 mair0 = 0;  ///< PRRR with short descriptors, HMAIR0 in the Hyp regime
    u32 mair1 = 0;
    u32 dacr = 0;
    u64 vttbr = 0;
    u32 vtcr = 0;
};

inline Selection select_regime(const isa::SysRegs& s, isa::Privilege privilege) {
    namespace sctlr = isa::sctlr;
    namespace hcr = isa::hcr;
    namespace ttbcr = isa::ttbcr;
    if (privilege == isa::Privilege::pl2) {
        const Stage1Format format = s.hsctlr & sctlr::M ? Stage1Format::long_descriptor : Stage1Format::off;
        return {true, false, format, false, 0, 0};
    }
    const bool dc = s.hcr & hcr::DC;
    // With HCR.DC or HCR.TGE set, an enabled stage 1 is UNPREDICTABLE (ARM DDI 0406C §B4.1.65); as on later
    // processors SCTLR.M then behaves as 0, and DC turns stage 2 on.
    const bool stage2 = s.hcr & (hcr::VM | hcr::DC);
    const u8 vmid = vmid_of(s);
    if (!(s.sctlr & sctlr::M) || (s.hcr & (hcr::DC | hcr::TGE))) {
        return {false, stage2, Stage1Format::off, dc, 0, vmid};
    }
    if (!(s.ttbcr & ttbcr::EAE)) {
        return {false, stage2, Stage1Format::short_descriptor, false, static_cast<u8>(s.contextidr), vmid};
    }
    const u64 asid_source = s.ttbcr & ttbcr::A1 ? s.ttbr1 : s.ttbr0;
    return {false, stage2, Stage1Format::long_descriptor, false, static_cast<u8>(asid_source >> 48), vmid};
}

/// The snapshot for accesses made with `effective` privilege (PL0 for LDRT and STRT at PL1).
Regime regime_of(const isa::SysRegs& sys, isa::Privilege effective);

}  // namespace vtoll::mmu
