// SPDX-License-Identifier: Apache-2.0
#include "gic.h"
#include "platform.h"

struct gic gic;

void gic_enable(u32 irq, bool on) {
    mmio_write32(gic.distributor + (on ? GICD_ISENABLER : GICD_ICENABLER) + 4 * (irq / 32), 1u << (irq & 31));
}

void gic_init(void) {
    u32 gicd = gic.distributor = REGISTERS(DEVICE_GICD, platform.gicd);
    u32 gicc = gic.cpu = REGISTERS(DEVICE_GICC, platform.gicc);
    u32 words = (mmio_read32(gicd + GICD_TYPER) & 31) + 1;
    mmio_write32(gicd + GICD_CTLR, 0);
    for (u32 w = 0; w < words; w++) {
        mmio_write32(gicd + GICD_ICENABLER + 4 * w, ~0u);
        mmio_write32(gicd + GICD_ICPENDR + 4 * w, ~0u);
        mmio_write32(gicd + GICD_ICACTIVER + 4 * w, ~0u);
    }
    for (u32 irq = 0; irq < 32 * words; irq++) mmio_write8(gicd + GICD_IPRIORITYR + irq, 0xa0);
    for (u32 irq = GIC_SPI_FIRST; irq < 32 * words; irq++) mmio_write8(gicd + GICD_ITARGETSR + irq, 1);
    mmio_write32(gicd + GICD_CTLR, 1);
    mmio_write32(gicc + GICC_PMR, 0xff);
    mmio_write32(gicc + GICC_BPR, 0);
    mmio_write32(gicc + GICC_CTLR, GICC_CTLR_ENABLE);
}
