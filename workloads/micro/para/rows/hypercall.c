// SPDX-License-Identifier: Apache-2.0
// Null hypercall: into the microvisor and back.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("hypercall: start\n");
    MEASURE(wrong |= para0(PARA_NULL));
    print("hypercall: %s\n", wrong ? "FAILED" : "done");
}
