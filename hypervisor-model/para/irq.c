// SPDX-License-Identifier: Apache-2.0
#include "irq.h"
#include "gic.h"
#include "platform.h"
#include "sched.h"
#include "timer.h"

#define IRQS 96

static struct {
    struct vcpu* owner;
    u32 virq;
} route[IRQS];

// What the fast path in entry.S needs.
struct {
    u32 gicc, timer_irq;
} irq_fast;

void irq_init(void) {
    gic_init();
    irq_fast.gicc = gic.cpu;
    irq_fast.timer_irq = platform.irq_virtual_timer;
    gic_enable(platform.irq_virtual_timer, true);
    gic_enable(platform.irq_physical_timer, true);
}

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
        if (irq < IRQS && route[irq].owner && vm_raise(route[irq].owner, route[irq].virq)) woken = route[irq].owner;
    }
    gic_end(iar);
    if (woken) sched_to(woken);
    else if (tick) sched_tick();
}

void irq_poll(void) { irq_handle(gic_accept()); }

bool irq_give(u32 irq, struct vcpu* owner, u32 index) {
    if (irq < GIC_SPI_FIRST || irq >= IRQS || route[irq].owner) return false;
    route[irq].owner = owner;
    route[irq].virq = PARA_VIRQ_DEVICE(index);
    gic_enable(irq, true);
    return true;
}

bool irq_again(const struct vcpu* owner, u32 virq) {
    for (u32 irq = GIC_SPI_FIRST; irq < IRQS; irq++)
        if (route[irq].owner == owner && route[irq].virq == virq) {
            gic_enable(irq, true);
            return true;
        }
    return false;
}

void irq_take_back(const struct vcpu* owner) {
    for (u32 irq = GIC_SPI_FIRST; irq < IRQS; irq++)
        if (route[irq].owner == owner) {
            gic_enable(irq, false);
            route[irq].owner = NULL;
        }
}
