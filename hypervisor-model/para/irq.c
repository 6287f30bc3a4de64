// SPDX-License-Identifier: Apache-2.0
#include "irq.h"
#include "gic.h"
#include "platform.h"

struct irq_route irq_route[IRQS];

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

bool irq_give(u32 irq, struct vcpu* owner, u32 index) {
    if (irq < GIC_SPI_FIRST || irq >= IRQS || irq_route[irq].owner) return false;
    irq_route[irq].owner = owner;
    irq_route[irq].virq = PARA_VIRQ_DEVICE(index);
    gic_enable(irq, true);
    return true;
}

bool irq_again(const struct vcpu* owner, u32 virq) {
    for (u32 irq = GIC_SPI_FIRST; irq < IRQS; irq++)
        if (irq_route[irq].owner == owner && irq_route[irq].virq == virq) {
            gic_enable(irq, true);
            return true;
        }
    return false;
}

void irq_take_back(const struct vcpu* owner) {
    for (u32 irq = GIC_SPI_FIRST; irq < IRQS; irq++)
        if (irq_route[irq].owner == owner) {
            gic_enable(irq, false);
            irq_route[irq].owner = NULL;
        }
}
