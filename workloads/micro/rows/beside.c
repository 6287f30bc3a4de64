// SPDX-License-Identifier: Apache-2.0
// A machine beside one of two processors: goes on when that one is off.
#include "cp15.h"
#include "fp_use.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"

#define MACHINE 0u
#define SPARE_IRQ 67u

void guest_main(void) {
    print("beside: start\n");
    mmio_write32(GUEST_COUNTER + COUNTER_COUNT, 1);
    fp_allow();
    while (hypercall3(HYPERCALL_RAISE, MACHINE, SPARE_IRQ, 0) == 0) {
        fp_enable(true);
        fp_use(~0u);
        fp_enable(false);  // its own use of the registers alone
        hypercall(HYPERCALL_YIELD);
    }
    print("beside: the other machine is off\n");
}
