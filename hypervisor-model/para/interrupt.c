// SPDX-License-Identifier: Apache-2.0
#include "interrupt.h"
#include "gic.h"
#include "irq.h"
#include "platform.h"
#include "sched.h"
#include "timer.h"

void irq_handle(u32 iar) {
    u32 irq = iar & GIC_ID_MASK;
    if (unlikely(irq >= GIC_SPURIOUS)) return;
    bool tick = false;
    struct vcpu* woken = NULL;
    if (irq == platform.irq_physical_timer) {
        tick = timer_expired();
    } else if (irq == platform.irq_virtual_timer) {
        vtimer_fired(current_vcpu());
    } else {
        gic_enable(irq, false);  // until its owner has served the device; for good when it is nobody's
        if (irq < IRQS && irq_route[irq].owner && vm_raise(irq_route[irq].owner, irq_route[irq].virq))
            woken = irq_route[irq].owner;
    }
    gic_end(iar);
    if (woken) sched_to(woken);
    else if (tick) sched_tick();
}

void irq_poll(void) { irq_handle(gic_accept()); }
