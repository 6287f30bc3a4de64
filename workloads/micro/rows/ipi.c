// SPDX-License-Identifier: Apache-2.0
// A software interrupt to the machine's other processor, whose handler answers with one. In the row `asleep` the other
// one waits by WFI, in the row `busy` it has other things to do; the first one looks for the answer all the time.
#include "cp15.h"
#include "gicv2.h"
#include "guest.h"
#include "micro.h"
#include "print.h"
#include "psci.h"

#define OTHER 1u
#define QUESTION 1u
#define ANSWER 2u
#define SGI_TO(processor) (1u << (GICD_SGIR_TARGETS_SHIFT + (processor)))

struct other_start {
    u32 stack, irq_stack, vbar, ttbr0, dacr, sctlr;
};

void processors_other_start(void);
void processors_other_main(void) __attribute__((noreturn));

static u32 stack[2][256] __attribute__((aligned(8)));
static volatile u32 alive, busy, answers __attribute__((aligned(64)));

static void send(u32 sgir) {
    dsb();
    mmio_write32(GUEST_GICD + GICD_SGIR, sgir);
}

static void handle(u32 irq) {
    if (irq == QUESTION) send(SGI_TO(0) | ANSWER);
    if (irq == ANSWER) answers++;
}

void processors_other_main(void) {
    mmio_write32(GUEST_GICC + GICC_PMR, 0xff);
    mmio_write32(GUEST_GICC + GICC_CTLR, GICC_CTLR_ENABLE);
    irq_unmask();
    alive = 1;
    while (!busy) wfi();
    for (u32 i = 0;; i++) asm volatile("" ::"r"(i));
}

static void start_other(void) {
    static struct other_start start;
    start =
        (struct other_start){(u32)&stack[1], (u32)&stack[2], vbar_read(), ttbr0_32_read(), dacr_read(), sctlr_read()};
    dccmvac((u32)&start);
    dsb();
    psci_hvc(PSCI_CPU_ON, OTHER, (u32)processors_other_start, (u32)&start);
    while (!alive) hypercall(0);
}

static void ask(void) {
    u32 before = answers;
    send(SGI_TO(OTHER) | QUESTION);
    while (answers == before)
        ;
}

static void row(const char* name) {
    register const u32* words asm("r4") = (const u32*)name;
    asm volatile("ldm r4, {r0-r3}\n dbg #6" ::"r"(words) : "r0", "r1", "r2", "r3", "memory");
}

void guest_main(void) {
    static const char asleep[16] __attribute__((aligned(4))) = "asleep";
    static const char occupied[16] __attribute__((aligned(4))) = "busy";
    print("ipi: start\n");
    guest_irq_init(handle);
    irq_unmask();
    start_other();
    row(asleep);
    MEASURE(ask());
    busy = 1;
    ask();
    row(occupied);
    MEASURE(ask());
    MARK(7);
    print("ipi: done\n");
}
