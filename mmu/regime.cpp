// SPDX-License-Identifier: Apache-2.0
#include "mmu/regime.hpp"

namespace vtoll::mmu {

Regime regime_of(const isa::SysRegs& s, isa::Privilege effective) {
    namespace sctlr = isa::sctlr;
    Regime r;
    r.select = select_regime(s, effective);
    r.privileged = effective != isa::Privilege::pl0;
    const bool hyp = r.select.hyp;
    const u32 control = hyp ? s.hsctlr : s.sctlr;
    r.wxn = control & sctlr::WXN;
    r.uwxn = !hyp && (control & sctlr::UWXN);
    r.afe = control & sctlr::AFE;
    r.tre = control & sctlr::TRE;
    r.insn_cache = control & sctlr::I;
    r.data_cache = control & sctlr::C;
    r.stage1_big_endian = control & sctlr::EE;
    r.stage2_big_endian = s.hsctlr & sctlr::EE;  // ARM DDI 0406C §B3.6.7
    r.protected_walk = s.hcr & isa::hcr::PTW;
    r.ttbr0 = hyp ? s.httbr : s.ttbr0;
    r.ttbr1 = s.ttbr1;
    r.ttbcr = hyp ? s.htcr : s.ttbcr;
    r.mair0 = hyp ? s.hmair0 : s.mair0;
    r.mair1 = hyp ? s.hmair1 : s.mair1;
    r.dacr = s.dacr;
    r.vttbr = s.vttbr;
    r.vtcr = s.vtcr;
    return r;
}

}  // namespace vtoll::mmu
