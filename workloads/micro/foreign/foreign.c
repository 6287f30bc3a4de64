// SPDX-License-Identifier: Apache-2.0
#include "foreign.h"

#include "gicv2.h"
#include "pl011.h"
#include "print.h"
#include "psci.h"

#define GICD 0x08000000u
#define GICC 0x08010000u
#define SGI 1u

// Long-descriptor format at stage 2, ARM DDI 0406C B3.6: table; block, AF, inner shareable, read and write, and memory
// that is Normal write-back or Device.
#define TABLE 3ull
#define NORMAL 0x7fdull
#define DEVICE 0x4c5ull

static u32 load(u32 address) { return *(volatile u32*)address; }
static void store(u32 address, u32 value) { *(volatile u32*)address = value; }

void stage2_build(struct stage2* tables) {
    tables->level1[RAM >> 30] = (u32)tables->level2 | TABLE;
    for (u32 i = 0; i < BLOCKS_BELOW_HOLE; ++i) tables->level2[i] = (RAM + i * BLOCK) | NORMAL;
}

void stage2_map(struct stage2* tables, u32 address) {
    tables->level2[(address - RAM) / BLOCK] = ALIGN_DOWN(address, BLOCK) | NORMAL;
    asm volatile("dsb" ::: "memory");
}

void stage2_map_devices(struct stage2* tables) { tables->level1[0] = DEVICE; }

void stage2_install(struct context* context, const struct stage2* tables, u32 vmid) {
    context->vttbr[0] = (u32)tables->level1;
    context->vttbr[1] = vmid << 16;
}

void interrupts_start(void) {
    store(GICD + GICD_CTLR, 1);
    store(GICC + GICC_PMR, 0xff);
    store(GICC + GICC_CTLR, GICC_CTLR_ENABLE);
}

void interrupt_self(void) {
    store(GICD + GICD_SGIR, 2u << 24 | SGI);
    asm volatile("dsb" ::: "memory");
}

void interrupt_finish(void) { store(GICC + GICC_EOIR, load(GICC + GICC_IAR)); }

void machine_off(void) {
    psci_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;)
        ;
}

void putchar_raw(char c) { pl011_putc(UART, c); }
