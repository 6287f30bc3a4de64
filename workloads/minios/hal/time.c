// SPDX-License-Identifier: Apache-2.0
// The virtual count, which every machine shows its kernel and its users.
#include "cp15.h"
#include "hal.h"

u64 hal_time(void) {
    isb();
    return cntvct_read();
}

u32 hal_time_frequency(void) { return cntfrq_read(); }
