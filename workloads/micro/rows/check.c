// SPDX-License-Identifier: Apache-2.0
// Not a measurement: asks the hypervisor for everything it promises a guest, and for things it must refuse. Each line
// says what held.
#include "check_forms.h"
#include "cp15.h"
#include "gicv2.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"
#include "psci.h"
#include "string.h"

#define NOWHERE 0x0c000000u  // no memory and no device
#define SPARE_IRQ 66u

static void report(const char* what, bool held) { print("check: %s: %s\n", what, held ? "held" : "FAILED"); }

static void hypercalls(void) {
    report("null hypercall returns 0", hypercall(HYPERCALL_NULL) == 0);
    report("one machine, number 0", hypercall(HYPERCALL_VM_ID) == 0 && hypercall(HYPERCALL_VM_COUNT) == 1);
    report("yield to nobody returns", hypercall(HYPERCALL_YIELD) == 0);
    report("unknown hypercall refused",
           hypercall(HYPERCALL_COUNT) == (u32)HYPERCALL_UNKNOWN && hypercall(0xdeadbeef) == (u32)HYPERCALL_UNKNOWN);
    report("raise in no machine refused", hypercall3(HYPERCALL_RAISE, 7, SPARE_IRQ, 0) == (u32)HYPERCALL_INVALID);
    report("raise of a private interrupt refused", hypercall3(HYPERCALL_RAISE, 0, 27, 0) == (u32)HYPERCALL_INVALID);
    report("raise of no interrupt refused", hypercall3(HYPERCALL_RAISE, 0, 96, 0) == (u32)HYPERCALL_INVALID);
}

static void psci(void) {
    report("PSCI 1.0 by HVC", psci_hvc(PSCI_VERSION, 0, 0, 0) == PSCI_VERSION_1_0);
    report("PSCI 1.0 by SMC", psci_smc(PSCI_VERSION, 0, 0, 0) == PSCI_VERSION_1_0);
    report("processor 0 is on", psci_hvc(PSCI_CPU_ON, 0, 0, 0) == (u32)PSCI_ALREADY_ON);
    report("there is no processor 1", psci_hvc(PSCI_CPU_ON, 1, 0, 0) == (u32)PSCI_INVALID_PARAMETERS);
    report("unknown PSCI function refused", psci_hvc(0x8400001f, 0, 0, 0) == (u32)PSCI_NOT_SUPPORTED);
}

// The same instruction on memory and on a device has to leave the same registers and the same contents.
static bool same_as_memory(const struct form* form, u32 device) {
    static u32 memory[8] USER_DATA;  // unprivileged forms are among them
    static u32 after[8];
    struct form_result on_memory, on_device;
    for (u32 i = 0; i < 8; i++) memory[i] = 0x8081f213u * (i + 3);
    for (u32 i = 0; i < 8; i++) mmio_write32(device + COUNTER_SCRATCH + 4 * i, memory[i]);
    form->run((u32)memory + 16, &on_memory);
    form->run(device + COUNTER_SCRATCH + 16, &on_device);
    for (u32 i = 0; i < 8; i++) after[i] = mmio_read32(device + COUNTER_SCRATCH + 4 * i);
    return memcmp(&on_memory, &on_device, sizeof(on_memory)) == 0 && memcmp(memory, after, sizeof(memory)) == 0;
}

static void forms(const char* what, u32 device) {
    bool held = true;
    for (u32 i = 0; i < form_count; i++)
        if (!same_as_memory(&form_table[i], device)) {
            print("check: %s differs\n", form_table[i].name);
            held = false;
        }
    report(what, held);
}

static u32 faulting_load(u32 address) {
    guest_last_fault.kind = FAULT_NONE;
    guest_fault_skip = 4;
    u32 value = mmio_read32(address);
    guest_fault_skip = 0;
    return value;
}

static void faulting_store(u32 address) {
    guest_last_fault.kind = FAULT_NONE;
    guest_fault_skip = 4;
    mmio_write32(address, 0);
    guest_fault_skip = 0;
}

static bool faulted(u32 kind, u32 status, u32 address) {
    return guest_last_fault.kind == kind && guest_last_fault.status == status && guest_last_fault.address == address;
}

static void aborts(void) {
    faulting_load(NOWHERE + 0x124);
    report("load from nowhere aborts", faulted(FAULT_DATA, 0x008, NOWHERE + 0x124));
    faulting_store(NOWHERE + 0x128);
    report("store to nowhere aborts", faulted(FAULT_DATA, 0x808, NOWHERE + 0x128));
    faulting_load(GUEST_COUNTER + 0x800);
    report("a device's missing register aborts", faulted(FAULT_DATA, 0x008, GUEST_COUNTER + 0x800));
    faulting_load(GUEST_COUNTER_DECODED + 0x800);
    report("so it does when decoded", faulted(FAULT_DATA, 0x008, GUEST_COUNTER_DECODED + 0x800));

    guest_last_fault.kind = FAULT_NONE;
    guest_fault_skip = 4;
    asm volatile("mcr p15, 0, %0, c14, c2, 1" ::"r"(0) : "memory");  // CNTP_CTL
    report("the physical timer is out of reach", guest_last_fault.kind == FAULT_UNDEFINED);
    guest_last_fault.kind = FAULT_NONE;
    asm volatile("mcr p15, 4, %0, c1, c1, 0" ::"r"(0) : "memory");  // HCR
    report("Hyp registers are undefined", guest_last_fault.kind == FAULT_UNDEFINED);
    guest_fault_skip = 0;
}

static void doorbell(void) {
    mmio_write32(GUEST_COUNTER + COUNTER_DOORBELL, 5);
    report("doorbell of no machine says so", mmio_read32(GUEST_COUNTER + COUNTER_STATUS) == 1);
    mmio_write32(GUEST_COUNTER + COUNTER_STATUS, 0);
    u32 before = mmio_read32(GUEST_COUNTER + COUNTER_COUNT);
    mmio_write32(GUEST_COUNTER_DECODED + COUNTER_COUNT, 5);
    report("both pages are one device", mmio_read32(GUEST_COUNTER + COUNTER_COUNT) - before == 5);
}

static volatile u32 order[16];
static volatile u32 taken;

static void on_irq(u32 irq) {
    if (irq == PPI(11)) cntv_ctl_write(0);
    if (taken < ARRAY_SIZE(order)) order[taken] = irq;
    taken++;
}

static void pend(u32 irq) { mmio_write32(GUEST_GICD + GICD_ISPENDR + 4 * (irq / 32), 1u << (irq & 31)); }

static void interrupts(void) {
    guest_irq_init(on_irq);
    report("distributor has 96 interrupts", (mmio_read32(GUEST_GICD + GICD_TYPER) & 31) == 2);
    taken = 0;
    irq_unmask();
    mmio_write32(GUEST_GICD + GICD_SGIR, 2u << 24 | 5);
    report("software-generated interrupt to oneself", taken == 1 && order[0] == 5);
    pend(SPARE_IRQ);
    report("disabled interrupt stays pending",
           taken == 1 && (mmio_read32(GUEST_GICD + GICD_ISPENDR + 8) >> (SPARE_IRQ & 31) & 1));
    guest_irq_enable(SPARE_IRQ);
    report("and comes when enabled", taken == 2 && order[1] == SPARE_IRQ);

    // More than there are list registers, raised from the lowest priority to the highest.
    irq_mask();
    taken = 0;
    for (u32 i = 0; i < 6; i++) {
        u32 irq = SPARE_IRQ + 1 + i;
        mmio_write8(GUEST_GICD + GICD_IPRIORITYR + irq, (u8)(0xa0 - 8 * i));
        guest_irq_enable(irq);
        pend(irq);
    }
    irq_unmask();
    bool all = taken == 6;
    for (u32 i = 0, seen = 0; i < 6 && all; i++) {
        seen |= 1u << (order[i] - SPARE_IRQ - 1);
        all = i < 5 || seen == 0x3f;
    }
    report("six pending interrupts all come", all);

    pend(SPARE_IRQ + 1);
    irq_mask();
    taken = 0;
    pend(SPARE_IRQ + 1);
    mmio_write32(GUEST_GICD + GICD_ICPENDR + 4 * (SPARE_IRQ / 32), 1u << ((SPARE_IRQ + 1) & 31));
    irq_unmask();
    report("withdrawn interrupt does not come", taken == 0);

    irq_mask();
    pend(SPARE_IRQ);
    mmio_write32(GUEST_GICD + GICD_ICENABLER + 4 * (SPARE_IRQ / 32), 1u << (SPARE_IRQ & 31));
    irq_unmask();
    report("interrupt disabled after it was raised does not come", taken == 0);
    guest_irq_enable(SPARE_IRQ);
    report("but when enabled again", taken == 1 && order[0] == SPARE_IRQ);
    taken = 0;

    guest_irq_enable(PPI(11));
    cntv_tval_write(cntfrq_read() / 500);
    cntv_ctl_write(CNT_CTL_ENABLE);
    isb();
    while (taken == 0) {
        irq_mask();
        if (taken == 0) wfi();
        irq_unmask();
    }
    report("virtual timer ends a wait", taken == 1 && order[0] == PPI(11));
    irq_mask();
}

void guest_main(void) {
    print("check: start\n");
    report("processor 0 of one", (mpidr_read() & 0xffffff) == 0);
    hypercalls();
    psci();
    forms("forms of load and store, by syndrome where it describes them", GUEST_COUNTER);
    forms("forms of load and store, all decoded", GUEST_COUNTER_DECODED);
    aborts();
    doorbell();
    interrupts();
    print("check: done\n");
}
