// SPDX-License-Identifier: Apache-2.0
#include "interrupts/irq.h"
#include "interrupts/gic.h"
#include "interrupts/vgic.h"
#include "machine/platform.h"

struct vm* irq_owner_of[VGIC_IRQS];

static void claim(u32 irq) {
    gic_set_priority(irq, GIC_PRIORITY_HYP);
    gic_set_enabled(irq, true);
}

void irq_init_cpu(void) {
    claim(platform.irq_hyp_timer);
    claim(platform.irq_maintenance);
    claim(GIC_SGI_KICK);
}

bool irq_give(u32 irq, struct vm* owner) {
    if (irq < 32 || irq >= VGIC_IRQS || irq == platform.irq_uart || irq_owner_of[irq]) return false;
    irq_owner_of[irq] = owner;
    for (u32 i = 0; i < owner->vcpu_count; i++) vgic_forward(&owner->vcpu[i].vgic, irq);
    return true;  // enabled when its new owner enables it
}

void irq_take_back(struct vm* owner) {
    for (u32 irq = 32; irq < VGIC_IRQS; irq++)
        if (irq_owner_of[irq] == owner) {
            gic_set_enabled(irq, false);
            gic_set_active(irq, false);
            irq_owner_of[irq] = NULL;
        }
}
