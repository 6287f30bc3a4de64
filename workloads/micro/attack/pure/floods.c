// SPDX-License-Identifier: Apache-2.0
// Interrupts and exits without end, and a processor that is not given up.
#include "attacks.h"
#include "cp15.h"
#include "gicv2.h"
#include "guest.h"
#include "hypercall.h"

#define TIMER_IRQ 27u
#define HEARTBEAT 1u
#define FIRST_SPARE 72u
#define SPARES 24u

static volatile u32 taken;
static void on_irq(u32 irq) {
    if (irq == TIMER_IRQ) {
        cntv_ctl_write(0);
        isb();
    }
    taken++;
}

static void begin(void) {
    taken = 0;
    guest_irq_init(on_irq);
    guest_irq_enable(TIMER_IRQ);
}

static u32 timer_storm(u32 times) {
    begin();
    irq_unmask();
    for (u32 i = 1; i <= times; i++) {
        cntv_tval_write(0);
        cntv_ctl_write(CNT_CTL_ENABLE);
        isb();
        while (taken < i)
            ;
    }
    irq_mask();
    return taken;
}

static u32 masked_timer(u32 reads) {
    begin();
    cntv_tval_write(0);
    cntv_ctl_write(CNT_CTL_ENABLE);
    isb();
    for (u32 i = 0; i < reads; i++) mmio_read32(GUEST_COUNTER + COUNTER_ID);
    u32 early = taken;
    irq_unmask();
    while (taken == 0)
        ;
    irq_mask();
    return early * 1000 + taken;
}

static u32 self_storm(u32 times) {
    begin();
    irq_unmask();
    for (u32 i = 1; i <= times; i++) {
        mmio_write32(GUEST_GICD + GICD_SGIR, 2u << 24 | (i & 15));
        while (taken < i)
            ;
    }
    irq_mask();
    return taken;
}

// Many at once, more than there are list registers.
static u32 all_at_once(u32 rounds) {
    begin();
    for (u32 i = 0; i < SPARES; i++) guest_irq_enable(FIRST_SPARE + i);
    for (u32 r = 1; r <= rounds; r++) {
        mmio_write32(GUEST_GICD + GICD_ISPENDR + 4 * (FIRST_SPARE / 32), ~0u << (FIRST_SPARE % 32));
        irq_unmask();
        while (taken < r * SPARES)
            ;
        irq_mask();
    }
    return taken;
}

static u32 raise_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) results |= hypercall3(HYPERCALL_RAISE, HEARTBEAT, 66 + i % 30, 0);
    return results;
}

static u32 doorbell_storm(u32 times) {
    u32 results = 0;
    for (u32 i = 0; i < times; i++) {
        mmio_write32(GUEST_COUNTER + COUNTER_DOORBELL, HEARTBEAT);
        results |= mmio_read32(GUEST_COUNTER + COUNTER_STATUS);
    }
    return results;
}

static u32 abort_storm(u32 times) {
    u32 aborts = 0;
    for (u32 i = 0; i < times; i++) {
        guest_last_fault.kind = FAULT_NONE;
        *(volatile u32*)0x0c000000u;
        aborts += guest_last_fault.kind == FAULT_DATA;
        guest_last_fault.kind = FAULT_NONE;
    }
    return aborts;
}

// Nothing in the loop gives the processor up: the tick alone has to take it away. Looking takes an exit, so it is done
// seldom; how often depends on what else the host of a simulator does.
static u32 spin(u32 beats) {
    u32 until = attack_beats() + beats;
    for (u32 looks = 0; looks < 10000; looks++) {
        u64 pause = cntvct_read() + (cntfrq_read() >> 9);
        while (cntvct_read() < pause)
            ;
        if ((s32)(attack_beats() - until) >= 0) return 0;
    }
    return 1;
}

static u32 set_way_storm(u32 times) {
    for (u32 i = 0; i < times; i++) asm volatile("mcr p15, 0, %0, c7, c14, 2" ::"r"(i << 6) : "memory");
    dsb();
    return 0;
}

static u32 tlb_storm(u32 times) {
    for (u32 i = 0; i < times; i++) tlbiall(0);
    dsb();
    return 0;
}

static const struct attack table[] = {
    {"a timer that is due 2000 times", timer_storm, 2000, 2000},
    {"a timer that is due while masked", masked_timer, 100, 1},
    {"5000 interrupts to itself", self_storm, 5000, 5000},
    {"24 interrupts at once, 50 times", all_at_once, 50, 1200},
    {"5000 interrupts raised in the other machine", raise_storm, 5000, 0},
    {"5000 rings in the other machine", doorbell_storm, 5000, 0},
    {"5000 aborts", abort_storm, 5000, 5000},
    {"spinning without an exit", spin, 3, 0},
    {"5000 cache operations by set and way", set_way_storm, 5000, 0},
    {"5000 TLB invalidations", tlb_storm, 5000, 0},
};

void attack_floods(void) { ATTACK(table); }
