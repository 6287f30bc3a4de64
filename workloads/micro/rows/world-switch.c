// SPDX-License-Identifier: Apache-2.0
// World switch: two machines yield to each other. Each sample, seen from the first machine, holds two switches.
#include "guest.h"
#include "hypercall.h"
#include "micro.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("world-switch: start\n");
    if (hypercall(HYPERCALL_VM_ID) == 0) {
        MEASURE(wrong |= hypercall(HYPERCALL_YIELD));
    } else {
        for (u32 i = 0; i < ITERATIONS; i++) wrong |= hypercall(HYPERCALL_YIELD);
    }
    print("world-switch: %s\n", wrong ? "FAILED" : "done");
}
