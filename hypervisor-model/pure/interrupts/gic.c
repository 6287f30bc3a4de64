// SPDX-License-Identifier: Apache-2.0
#include "interrupts/gic.h"
#include "cp15.h"
#include "gicv2.h"
#include "machine/platform.h"

static void gicd_write(u32 offset, u32 value) { mmio_write32(platform.gicd + offset, value); }

static void set_bit(u32 registers, u32 irq) { gicd_write(registers + 4 * (irq / 32), 1u << (irq & 31)); }

void gic_set_enabled(u32 irq, bool on) { set_bit(on ? GICD_ISENABLER : GICD_ICENABLER, irq); }
void gic_set_active(u32 irq, bool on) { set_bit(on ? GICD_ISACTIVER : GICD_ICACTIVER, irq); }
void gic_set_priority(u32 irq, u8 priority) { mmio_write8(platform.gicd + GICD_IPRIORITYR + irq, priority); }
void gic_deactivate(u32 iar) { mmio_write32(platform.gicc + GICC_DIR, iar); }
u32 gic_acknowledge(void) { return mmio_read32(platform.gicc + GICC_IAR); }
void gic_drop_priority(u32 iar) { mmio_write32(platform.gicc + GICC_EOIR, iar); }

void gic_send(u32 targets, u32 sgi) { gicd_write(GICD_SGIR, targets << GICD_SGIR_TARGETS_SHIFT | sgi); }

static void reset_word(u32 word) {
    gicd_write(GICD_ICENABLER + 4 * word, ~0u);
    gicd_write(GICD_ICPENDR + 4 * word, ~0u);
    gicd_write(GICD_ICACTIVER + 4 * word, ~0u);
    for (u32 irq = 32 * word; irq < 32 * word + 32; irq++) gic_set_priority(irq, GIC_PRIORITY_GUEST);
}

void gic_init(void) {
    u32 words = (mmio_read32(platform.gicd + GICD_TYPER) & 31) + 1;
    gicd_write(GICD_CTLR, 0);
    for (u32 w = 1; w < words; w++) reset_word(w);
    for (u32 irq = 32; irq < 32 * words; irq++) mmio_write8(platform.gicd + GICD_ITARGETSR + irq, 1);
    gicd_write(GICD_CTLR, 1);
}

u32 gic_init_cpu(void) {
    reset_word(0);
    mmio_write32(platform.gicc + GICC_PMR, 0xff);
    mmio_write32(platform.gicc + GICC_BPR, 0);
    mmio_write32(platform.gicc + GICC_CTLR, GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE_NS);
    return mmio_read32(platform.gicd + GICD_ITARGETSR) & 0xff;
}

void cpu_kick(struct cpu* cpu) {
    dsb();  // what was left for it is visible before the interrupt is
    gic_send(cpu->gic_target, GIC_SGI_KICK);
}
