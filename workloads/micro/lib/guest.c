// SPDX-License-Identifier: Apache-2.0
#include "guest.h"
#include "cp15.h"
#include "gicv2.h"
#include "pl011.h"
#include "print.h"
#include "psci.h"

static irq_handler handle;
volatile struct guest_fault guest_last_fault;
volatile u32 guest_fault_skip;

void putchar_raw(char c) { pl011_putc(GUEST_UART, c); }

void guest_off(void) {
    psci_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) wfi();
}

void guest_irq_init(irq_handler handler) {
    handle = handler;
    mmio_write32(GUEST_GICD + GICD_CTLR, 1);
    mmio_write32(GUEST_GICC + GICC_PMR, 0xff);
    mmio_write32(GUEST_GICC + GICC_CTLR, GICC_CTLR_ENABLE);
}

void guest_irq_enable(u32 irq) { mmio_write32(GUEST_GICD + GICD_ISENABLER + 4 * (irq / 32), 1u << (irq & 31)); }

void guest_irq_dispatch(void) {
    u32 iar = mmio_read32(GUEST_GICC + GICC_IAR);
    u32 irq = iar & GIC_ID_MASK;
    if (irq >= GIC_SPURIOUS) return;
    handle(irq);
    mmio_write32(GUEST_GICC + GICC_EOIR, iar);
}

u32 guest_fault_taken(u32 kind, u32 pc);
u32 guest_fault_taken(u32 kind, u32 pc) {
    guest_last_fault = (struct guest_fault){
        .kind = kind,
        .pc = pc,
        .status = kind == FAULT_PREFETCH ? ifsr_read() : dfsr_read(),
        .address = kind == FAULT_PREFETCH ? ifar_read() : dfar_read(),
    };
    if (guest_fault_skip) return pc + guest_fault_skip;
    print("fault %u at %x, status %x, address %x\n", kind, pc, guest_last_fault.status, guest_last_fault.address);
    guest_off();
}
