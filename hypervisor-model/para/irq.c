// SPDX-License-Identifier: Apache-2.0
#include "irq.h"
#include "cp15.h"
#include "gicv2.h"
#include "platform.h"
#include "sched.h"
#include "timer.h"

#define IRQS 96
#define SPI_FIRST 32

static struct {
    struct vcpu* owner;
    u32 virq;
} route[IRQS];

// What the fast path in entry.S needs.
struct {
    u32 gicc, timer_irq;
} irq_fast;

static u32 gicd, gicc;

static void set_enabled(u32 irq, bool on) {
    mmio_write32(gicd + (on ? GICD_ISENABLER : GICD_ICENABLER) + 4 * (irq / 32), 1u << (irq & 31));
}

void irq_init(void) {
    gicd = REGISTERS(DEVICE_GICD, platform.gicd);
    gicc = REGISTERS(DEVICE_GICC, platform.gicc);
    irq_fast.gicc = gicc;
    irq_fast.timer_irq = platform.irq_virtual_timer;

    u32 words = (mmio_read32(gicd + GICD_TYPER) & 31) + 1;
    mmio_write32(gicd + GICD_CTLR, 0);
    for (u32 w = 0; w < words; w++) {
        mmio_write32(gicd + GICD_ICENABLER + 4 * w, ~0u);
        mmio_write32(gicd + GICD_ICPENDR + 4 * w, ~0u);
        mmio_write32(gicd + GICD_ICACTIVER + 4 * w, ~0u);
    }
    for (u32 irq = 0; irq < 32 * words; irq++) mmio_write8(gicd + GICD_IPRIORITYR + irq, 0xa0);
    for (u32 irq = SPI_FIRST; irq < 32 * words; irq++) mmio_write8(gicd + GICD_ITARGETSR + irq, 1);
    mmio_write32(gicd + GICD_CTLR, 1);
    mmio_write32(gicc + GICC_PMR, 0xff);
    mmio_write32(gicc + GICC_BPR, 0);
    mmio_write32(gicc + GICC_CTLR, GICC_CTLR_ENABLE);
    set_enabled(platform.irq_virtual_timer, true);
    set_enabled(platform.irq_physical_timer, true);
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
        set_enabled(irq, false);  // until its owner has served the device; for good when it is nobody's
        if (irq < IRQS && route[irq].owner && vm_raise(route[irq].owner, route[irq].virq)) woken = route[irq].owner;
    }
    mmio_write32(gicc + GICC_EOIR, iar);
    if (woken)
        sched_to(woken);
    else if (tick)
        sched_tick();
}

void irq_poll(void) { irq_handle(mmio_read32(gicc + GICC_IAR)); }

bool irq_give(u32 irq, struct vcpu* owner, u32 index) {
    if (irq < SPI_FIRST || irq >= IRQS || route[irq].owner) return false;
    route[irq].owner = owner;
    route[irq].virq = PARA_VIRQ_DEVICE(index);
    set_enabled(irq, true);
    return true;
}

bool irq_again(const struct vcpu* owner, u32 virq) {
    for (u32 irq = SPI_FIRST; irq < IRQS; irq++)
        if (route[irq].owner == owner && route[irq].virq == virq) {
            set_enabled(irq, true);
            return true;
        }
    return false;
}

void irq_take_back(const struct vcpu* owner) {
    for (u32 irq = SPI_FIRST; irq < IRQS; irq++)
        if (route[irq].owner == owner) {
            set_enabled(irq, false);
            route[irq].owner = NULL;
        }
}
