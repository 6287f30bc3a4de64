// SPDX-License-Identifier: Apache-2.0
// Optional parts of ARMv7-A a processor may have. The ID registers follow from them.
#pragma once

#include "isa/types.hpp"

namespace vtoll::isa {

struct Features {
    bool virtualization = true;  ///< Virtualization Extensions: Hyp mode, HVC, ERET, banked MRS/MSR, stage 2
    bool security = false;       ///< EL3 present: SMC goes to Monitor mode. Off as on QEMU's `virt,secure=off`
    bool lpae = true;
    bool divide = true;  ///< SDIV, UDIV in A32 and T32
    bool multiprocessing = true;
    bool vfp = true;      ///< VFPv3/v4 register file and instructions
    bool vfp_d32 = true;  ///< 32 doubleword registers rather than 16
    bool vfpv4 = true;    ///< fused multiply-add, half-precision
    bool neon = true;
    bool thumbee = true;          ///< ID_PFR0.State3
    bool smc_is_firmware = true;  ///< SMC reaches the machine's PSCI firmware (QEMU's conduit under virtualization=on)
    bool hvc_is_firmware = false;
    bool semihosting = true;
};

}  // namespace vtoll::isa
