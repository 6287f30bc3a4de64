// SPDX-License-Identifier: Apache-2.0
// A machine that sleeps through it all: what it left in its memory and registers must be there afterwards.
#include "cp15.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"

#define WORDS (64u << 10)
#define HEARTBEAT 1u
#define IGNORED_IRQ 65u
#define THREAD 0x12345678u

static u32 memory[WORDS] __attribute__((section(".bss.tables")));
static volatile u32 rung;

static u32 pattern(u32 i) { return i * 0x9e3779b9u ^ 0x5ca1ab1e; }

static void on_irq(u32 irq) { rung |= irq == GUEST_DOORBELL_IRQ; }

void guest_main(void) {
    for (u32 i = 0; i < WORDS; i++) memory[i] = pattern(i);
    tpidruro_write(THREAD);
    tpidrprw_write(~THREAD);
    u32 control = sctlr_read(), table = ttbr0_32_read(), vectors = vbar_read();
    guest_irq_init(on_irq);
    guest_irq_enable(GUEST_DOORBELL_IRQ);
    print("bystander: sleeps\n");
    mmio_write32(GUEST_COUNTER + COUNTER_SCRATCH, 1);
    while (!rung) {
        irq_mask();
        if (!rung) wfi();
        irq_unmask();
    }
    // Until the heartbeat is off: the last lines have one order.
    while (hypercall3(HYPERCALL_RAISE, HEARTBEAT, IGNORED_IRQ, 0) == 0) hypercall(HYPERCALL_YIELD);
    u32 wrong = 0;
    for (u32 i = 0; i < WORDS; i++) wrong += memory[i] != pattern(i);
    wrong += tpidruro_read() != THREAD || tpidrprw_read() != ~THREAD;
    wrong += sctlr_read() != control || ttbr0_32_read() != table || vbar_read() != vectors;
    print("bystander: %s\n", wrong ? "DISTURBED" : "undisturbed");
}
