// SPDX-License-Identifier: Apache-2.0
// Interrupt: the machine's timer, taken by the microvisor, delivered to the guest kernel as an upcall, and the kernel's
// return to what it interrupted. A sample starts behind the call that sets the timer.
#include "micro.h"
#include "para_guest.h"
#include "print.h"

#define DELAY_TICKS 256

static volatile u32 taken;
static u32 wrong;

static void on_irq(u32 delivered) {
    taken++;
    wrong |= delivered ^ 1u << PARA_VIRQ_TIMER;
}

void guest_main(void) {
    print("irq: start\n");
    guest_on_irq = on_irq;
    page->enabled = 1u << PARA_VIRQ_TIMER;
    para_unmask();
    for (u32 i = 0; i < ITERATIONS; i++) {
        u32 before = taken;
        if (i == WARMUP) STEADY_BEGIN();
        para_timer(para_time() + DELAY_TICKS);
        SAMPLE_BEGIN();
        while (taken == before)
            ;
        SAMPLE_END();
    }
    STEADY_END();
    para_mask();
    print("irq: %s\n", wrong || taken != ITERATIONS ? "FAILED" : "done");
}
