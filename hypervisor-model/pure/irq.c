// SPDX-License-Identifier: Apache-2.0
#include "irq.h"
#include "gic.h"
#include "gicv2.h"
#include "platform.h"
#include "timer.h"
#include "vcpu.h"

static struct vcpu* owner_of[VGIC_IRQS];

void irq_init(void) {
    gic_set_priority(platform.irq_hyp_timer, GIC_PRIORITY_HYP);
    gic_set_priority(platform.irq_maintenance, GIC_PRIORITY_HYP);
    gic_set_enabled(platform.irq_hyp_timer, true);
    gic_set_enabled(platform.irq_maintenance, true);
}

bool irq_give(u32 irq, struct vcpu* owner) {
    if (irq < 32 || irq >= VGIC_IRQS || owner_of[irq]) return false;
    owner_of[irq] = owner;
    vgic_forward(&owner->vgic, irq);
    return true;  // enabled when its new owner enables it
}

void irq_take_back(struct vcpu* owner) {
    for (u32 irq = 32; irq < VGIC_IRQS; irq++)
        if (owner_of[irq] == owner) {
            gic_set_enabled(irq, false);
            gic_set_active(irq, false);
            owner_of[irq] = NULL;
        }
}

struct vcpu* irq_owner(u32 irq) {
    return owner_of[irq];
}

void irq_handle(void) {
    u32 iar = gic_acknowledge();
    u32 irq = iar & GIC_ID_MASK;
    if (unlikely(irq >= GIC_SPURIOUS)) return;
    gic_drop_priority(iar);
    if (irq == platform.irq_virtual_timer) {
        vgic_raise(current, irq);
    } else if (irq == platform.irq_hyp_timer) {
        gic_deactivate(irq);
        timer_expired();
    } else if (irq == platform.irq_maintenance) {
        vgic_deliver(current);
        gic_deactivate(irq);
    } else if (irq < VGIC_IRQS && owner_of[irq]) {
        vgic_raise(owner_of[irq], irq);
    } else {
        gic_set_enabled(irq, false);  // nobody's: silence it
        gic_deactivate(irq);
    }
}
