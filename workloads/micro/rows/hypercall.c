// SPDX-License-Identifier: Apache-2.0
// Null hypercall: into the hypervisor and back.
#include "hypercall.h"
#include "guest.h"
#include "micro.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("hypercall: start\n");
    MEASURE(wrong |= hypercall(HYPERCALL_NULL));
    print("hypercall: %s\n", wrong ? "FAILED" : "done");
}
