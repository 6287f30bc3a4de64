// SPDX-License-Identifier: Apache-2.0
// Access checks of the coprocessor space, ARM DDI 0406C §A2.9, §B1.11, §B1.14.6.
#include "isa/exec/exceptions.hpp"

namespace vtoll::isa {

namespace {
/// HSR of an access that HCPTR traps. Advanced SIMD functionality sets TA and reports coprocessor 10.
u32 hcptr_hsr(const CpuState& s, const Op& op, bool advsimd, u32 coprocessor) {
    return trap_hsr(s, op, Ec::hcptr, (advsimd ? 1u << 5 : 0) | coprocessor);
}
}  // namespace

bool CheckAdvSIMDOrVFPEnabled(CpuState& s, const Op& op, bool include_fpexc_check, bool advsimd) {
    constexpr u32 cpacr_asedis = 1u << 31;
    bool undefined = !s.features.vfp || (include_fpexc_check && !((s.fpexc >> 30) & 1));
    if (!s.is_hyp()) {
        const u32 cp10 = (s.sys.cpacr >> 20) & 3;
        undefined |= s.mode() == Mode::usr ? cp10 != 3 : !(cp10 & 1);
        undefined |= advsimd && (s.sys.cpacr & cpacr_asedis);
    }
    if (undefined) {
        TakeUndefInstrException(s, &op);
        return false;
    }
    const u32 traps = hcptr::TCP10 | (advsimd ? hcptr::TASE : 0);
    if (s.features.virtualization && (s.sys.hcptr & traps)) {
        TakeHypTrapOrUndef(s, &op, hcptr_hsr(s, op, advsimd, 10));
        return false;
    }
    return true;
}

}  // namespace vtoll::isa
