// SPDX-License-Identifier: Apache-2.0
// Scheduler tick: two machines ring each other's doorbell and wait for the answer spinning, without ever giving up the
// processor. Only the hypervisor's timer lets the other one answer.
#include "cp15.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"

#define ROUNDS 20
#define UNUSED_IRQ 65

static volatile u32 rung;
static u32 wrong;

static void on_irq(u32 irq) {
    wrong |= irq ^ GUEST_DOORBELL_IRQ;
    rung++;
}

static void wait_for(u32 rings) {
    while (rung < rings)
        ;
}

void guest_main(void) {
    u32 self = hypercall(HYPERCALL_VM_ID), other = 1 - self;
    guest_irq_init(on_irq);
    guest_irq_enable(GUEST_DOORBELL_IRQ);
    irq_unmask();
    for (u32 round = 1; round <= ROUNDS; round++) {
        if (self == 1) wait_for(round);
        print("tick: round %u\n", round);
        mmio_write32(GUEST_COUNTER + COUNTER_DOORBELL, other);
        if (self == 0) wait_for(round);
    }
    irq_mask();
    // The first machine leaves first, so that the console's last lines have one order.
    while (self == 1 && hypercall3(HYPERCALL_RAISE, other, UNUSED_IRQ, 0) == 0) hypercall(HYPERCALL_YIELD);
    print("tick: %s\n", wrong || rung != ROUNDS ? "FAILED" : "done");
}
