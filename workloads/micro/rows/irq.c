// SPDX-License-Identifier: Apache-2.0
// Interrupt: the guest's virtual timer, taken by the hypervisor and forwarded; acknowledged and ended by the guest
// without leaving it. One-shot each time, and the guest waits spinning, so there is one entry for one interrupt.
#include "cp15.h"
#include "gicv2.h"
#include "guest.h"
#include "micro.h"
#include "print.h"

#define VIRTUAL_TIMER_IRQ PPI(11)
#define DELAY_TICKS 64

static volatile u32 taken;
static u32 wrong;

static void on_irq(u32 irq) {
    cntv_ctl_write(0);
    isb();
    taken++;
    wrong |= irq ^ VIRTUAL_TIMER_IRQ;
}

static void one_interrupt(void) {
    u32 before = taken;
    cntv_tval_write(DELAY_TICKS);
    cntv_ctl_write(CNT_CTL_ENABLE);
    isb();
    while (taken == before)
        ;
}

void guest_main(void) {
    print("irq: start\n");
    guest_irq_init(on_irq);
    guest_irq_enable(VIRTUAL_TIMER_IRQ);
    irq_unmask();
    MEASURE(one_interrupt());
    irq_mask();
    print("irq: %s\n", wrong || taken != ITERATIONS ? "FAILED" : "done");
}
