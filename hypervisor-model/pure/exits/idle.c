// SPDX-License-Identifier: Apache-2.0
#include "exits/idle.h"
#include "cp15.h"
#include "exits/interrupt.h"
#include "interrupts/timer.h"
#include "interrupts/vgic.h"
#include "vcpu/sched.h"
#include "vcpu/world.h"

// Interrupts stay masked in Hyp mode, yet end the wait.
static void idle(void) {
    timer_arm(current);
    dsb();
    wfi();
    irq_handle();
}

void sched_next(void) {
    struct vcpu* next;
    while (!(next = sched_pick())) idle();
    world_switch(next);
}

void sched_wait(void) {
    struct vcpu* vcpu = current;
    if (vgic_has_work(vcpu)) return;
    vcpu->state = VCPU_WAITING;
    sched_next();
}
