// SPDX-License-Identifier: Apache-2.0
// Devices addressed in ways their drivers never would.
#include "attacks.h"
#include "cp15.h"
#include "gicv2.h"
#include "guest.h"

static u32 load(u32 address) { return mmio_read32(address); }
static u32 store(u32 address) {
    mmio_write32(address, 0xffffffff);
    return 0;
}
static u32 load_byte(u32 address) { return *(volatile u8*)address; }
static u32 store_half(u32 address) {
    asm volatile("strh %0, [%1]" ::"r"(0xffff), "r"(address) : "memory");
    return 0;
}
static u32 load_all(u32 address) {
    asm volatile("ldmia %0, {r4-r11}" ::"r"(address) : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "memory");
    return 0;
}
static u32 ring(u32 machine) {
    mmio_write32(GUEST_COUNTER + COUNTER_STATUS, 0);
    mmio_write32(GUEST_COUNTER + COUNTER_DOORBELL, machine);
    u32 status = mmio_read32(GUEST_COUNTER + COUNTER_STATUS);
    mmio_write32(GUEST_COUNTER + COUNTER_STATUS, 0);
    return status;
}
// Enables everything behind the last interrupt; reads back what took.
static u32 enable_behind_last(u32 irq) {
    mmio_write32(GUEST_GICD + GICD_ISENABLER + 4 * (irq / 32), ~0u);
    return mmio_read32(GUEST_GICD + GICD_ISENABLER + 4 * (irq / 32));
}
#define GICD(offset) (GUEST_GICD + (offset))
static u32 store_byte(u32 address) {
    *(volatile u8*)address = 0xff;
    return 0;
}
static u32 store_and_load(u32 address) {
    mmio_write32(address, 0xffffffff);
    return mmio_read32(address);
}
static u32 send(u32 sgir) {
    mmio_write32(GICD(GICD_SGIR), sgir);
    return mmio_read32(GICD(GICD_SPENDSGIR + 12));
}
// All sources but the one that is.
static u32 pend_from(u32 sources) {
    mmio_write32(GICD(GICD_SPENDSGIR), sources);
    return mmio_read32(GICD(GICD_SPENDSGIR));
}
static u32 target(u32 processors) {
    volatile u8* byte = (volatile u8*)GICD(GICD_ITARGETSR + 66);
    *byte = (u8)processors;
    u32 took = *byte;
    *byte = 1;
    return took;
}
// What of it is enabled still.
static u32 disable(u32 interrupts) {
    mmio_write32(GICD(GICD_ICENABLER), interrupts);
    return mmio_read32(GICD(GICD_ISENABLER)) & interrupts;
}
static u32 end_of_interrupt(u32 irq) {
    mmio_write32(GUEST_GICC + GICC_CTLR, GICC_CTLR_ENABLE);
    mmio_write32(GUEST_GICC + GICC_EOIR, irq);
    return 0;
}
static u32 deactivate(u32 irq) {
    mmio_write32(GUEST_GICC + GICC_DIR, irq);
    return 0;
}

static const struct attack table[] = {
    {"device register that is not", load, GUEST_COUNTER + 0x40, DATA_ABORT},
    {"store to a device register that is not", store, GUEST_COUNTER + 0xffc, DATA_ABORT},
    {"store to a read-only register", store, GUEST_COUNTER + COUNTER_ID, 0},
    {"halfword across a device register", store_half, GUEST_COUNTER + COUNTER_SCRATCH + 1, DATA_ABORT},
    {"registers across the end of a device", load_all, GUEST_COUNTER + 0x30, DATA_ABORT},
    {"ring in machine 3", ring, 3, 1},
    {"ring in machine 0xffffffff", ring, 0xffffffff, 1},
    {"console register that is not", store, GUEST_UART + 0xff0, 0},
    {"byte of the console's identification", load_byte, GUEST_UART + 0xfe0, 0x11},
    {"enable interrupts behind the last", enable_behind_last, 96, 0},
    {"enable interrupts 992 to 1023", enable_behind_last, 992, 0},
    {"store to the distributor's type", store, GUEST_GICD + GICD_TYPER, 0},
    {"send an interrupt to processors that are not", send, 0x00fe000f, 0},
    {"send an interrupt by the reserved filter", send, 0x0301000f, 0},
    {"byte store to the register that sends", store_byte, GICD(GICD_SGIR), DATA_ABORT},
    {"halfword store to the distributor", store_half, GICD(GICD_ITARGETSR + 66), DATA_ABORT},
    {"interrupts from processors that are not", pend_from, 0xfefefefe, 0},
    {"interrupt 66 for processors that are not", target, 0xfe, 0},
    {"disable the interface's and the Hyp timer's interrupts", disable, 1u << 25 | 1u << 26, 0},
    {"disable the interrupts that processors send", disable, 0xffff, 0xffff},
    {"make every interrupt active", store_and_load, GICD(GICD_ISACTIVER + 8), 0},
    {"end every active interrupt", store_and_load, GICD(GICD_ICACTIVER), 0},
    {"the distributor's registers that are reserved", store_and_load, GICD(0xe00), 0},
    {"the distributor's last word", store_and_load, GICD(0xffc), 0xb1},
    {"the console's interrupt, which it has not", store_and_load, GUEST_UART + 0x38, 0xffff},
    {"end interrupts it has not", end_of_interrupt, 27, 0},
    {"end interrupt 1023", end_of_interrupt, 1023, 0},
    {"end interrupt 0xffffffff", end_of_interrupt, 0xffffffff, 0},
    {"deactivate the Hyp timer", deactivate, 26, 0},
};

void attack_devices(void) { ATTACK(table); }
