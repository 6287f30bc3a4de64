// SPDX-License-Identifier: Apache-2.0
#include "interrupts/irq.h"
#include "boot/platform.h"
#include "boot/vm.h"
#include "devices/console.h"
#include "gicv2.h"
#include "interrupts/distributor.h"
#include "interrupts/gic.h"
#include "interrupts/timer.h"

static struct vm* owner_of[VGIC_IRQS];

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
    if (irq < 32 || irq >= VGIC_IRQS || irq == platform.irq_uart || owner_of[irq]) return false;
    owner_of[irq] = owner;
    for (u32 i = 0; i < owner->vcpu_count; i++) vgic_forward(&owner->vcpu[i].vgic, irq);
    return true;  // enabled when its new owner enables it
}

void irq_take_back(struct vm* owner) {
    for (u32 irq = 32; irq < VGIC_IRQS; irq++)
        if (owner_of[irq] == owner) {
            gic_set_enabled(irq, false);
            gic_set_active(irq, false);
            owner_of[irq] = NULL;
        }
}

struct vm* irq_owner(u32 irq) {
    return owner_of[irq];
}

// The hypervisor's own, and nobody's, which are silenced.
static void handle_own(u32 irq, u32 iar) {
    if (irq == platform.irq_maintenance) {
        if (likely(current)) vgic_maintenance(current);
    } else if (irq == platform.irq_uart) {
        console_receive();
    } else if (irq != GIC_SGI_KICK) {
        gic_set_enabled(irq, false);
    }
    gic_deactivate(iar);
    if (irq == GIC_SGI_KICK) cpu_kicked();
}

void irq_handle(void) {
    u32 iar = gic_acknowledge();
    u32 irq = iar & GIC_ID_MASK;
    if (unlikely(irq >= GIC_SPURIOUS)) return;
    gic_drop_priority(iar);
    if (irq == platform.irq_virtual_timer) {
        if (likely(current)) vgic_raise(current, irq);
    } else if (irq == platform.irq_hyp_timer) {
        gic_deactivate(irq);
        timer_expired();
    } else if (irq < VGIC_IRQS && owner_of[irq]) {
        distributor_raise(owner_of[irq], irq);
    } else {
        handle_own(irq, iar);
    }
}
