// SPDX-License-Identifier: Apache-2.0
// A fault of the hypervisor itself.
#include "cp15.h"
#include "exits/enter.h"
#include "machine/platform.h"
#include "print.h"

void hyp_panic(u32 cause, u32 pc, u32 cpsr) {
    static const char* const names[] = {"?", "undefined instruction", "HVC", "prefetch abort", "data abort"};
    print("pure: %s in Hyp mode at %x, CPSR %x, HSR %x, HDFAR %x\n", names[cause < ARRAY_SIZE(names) ? cause : 0], pc,
          cpsr, hsr_read(), hdfar_read());
    platform_power_off();
}
