// SPDX-License-Identifier: Apache-2.0
// Hypervisor entry and exit: guest kernel, host, hypervisor, and back.
#include "hosted_guest.h"
#include "micro.h"
#include "print.h"

void guest_main(void) {
    s32 results = 0;
    print("hypercall: start\n");
    MEASURE(results |= hypercall(1, 0, 0, GUEST_NULL));
    print("hypercall: %s\n", results ? "FAILED" : "done");
}
