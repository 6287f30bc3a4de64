// SPDX-License-Identifier: Apache-2.0
// World switch: two machines yield to each other. Each sample, seen from the first machine, holds two switches.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("world-switch: start\n");
    if (para0(PARA_VM) == 0) {
        MEASURE(wrong |= para0(PARA_YIELD));
    } else {
        for (u32 i = 0; i < ITERATIONS; i++) wrong |= para0(PARA_YIELD);
    }
    print("world-switch: %s\n", wrong ? "FAILED" : "done");
}
