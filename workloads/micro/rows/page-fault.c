// SPDX-License-Identifier: Apache-2.0
// Stage-2 page fault: the first touch of a page of the machine's memory. The pages begin at a 2 MiB boundary of the
// intermediate address space, so the one fault that also needs a new table falls into the warm-up.
#include "guest.h"
#include "micro.h"
#include "print.h"

#define FRESH (GUEST_RAM + (2u << 20))

void guest_main(void) {
    volatile u32* page = (volatile u32*)FRESH;
    u32 wrong = 0;
    print("page-fault: start\n");
    MEASURE((wrong |= *page, page += PAGE_SIZE / sizeof(*page)));
    print("page-fault: %s\n", wrong ? "FAILED" : "done");
}
