// SPDX-License-Identifier: Apache-2.0
// What a physical interrupt means.
#include "exits/interrupt.h"
#include "devices/console_input.h"
#include "devices/distributor.h"
#include "gicv2.h"
#include "interrupts/gic.h"
#include "interrupts/irq.h"
#include "interrupts/vgic.h"
#include "machine/platform.h"
#include "vcpu/hold.h"
#include "vcpu/sched.h"

static void cpu_kicked(void) {
    struct cpu* cpu = this_cpu();
    hold_answer();
    for (u32 i = 0; i < cpu->vcpu_count; i++) vgic_deliver(cpu->vcpu[i]);
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
    } else if (irq < VGIC_IRQS && irq_owner_of[irq]) {
        distributor_raise(irq_owner_of[irq], irq);
    } else {
        handle_own(irq, iar);
    }
}
