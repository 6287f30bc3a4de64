// SPDX-License-Identifier: Apache-2.0
// Console, interrupt controller, virtual timer, power.
#include "cp15.h"
#include "gicv2.h"
#include "hal.h"
#include "native.h"
#include "pl011.h"
#include "psci.h"

void hal_init(void) {
    mmio_write32(GICD + GICD_CTLR, 1);
    mmio_write32(GICD + GICD_ISENABLER, 1u << VIRTUAL_TIMER_IRQ);
    mmio_write32(GICC + GICC_PMR, 0xff);
    mmio_write32(GICC + GICC_CTLR, GICC_CTLR_ENABLE);
    cntkctl_write(0);
}

void hal_console(const char* text, u32 size) {
    for (; size; size--, text++) {
        if (*text == '\n') pl011_putc(UART, '\r');
        pl011_putc(UART, *text);
    }
}

void hal_off(void) {
    psci_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) wfi();
}

void hal_timer_set(u64 deadline) {
    cntv_cval_write(deadline);
    cntv_ctl_write(CNT_CTL_ENABLE);
    isb();
}

void native_irq(void) {
    u32 iar = mmio_read32(GICC + GICC_IAR);
    u32 irq = iar & GIC_ID_MASK;
    if (irq >= GIC_SPURIOUS) return;
    if (irq == VIRTUAL_TIMER_IRQ) trap_tick();  // sets the next deadline, which lowers the line
    mmio_write32(GICC + GICC_EOIR, iar);
}
