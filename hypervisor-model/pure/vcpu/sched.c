// SPDX-License-Identifier: Apache-2.0
#include "vcpu/sched.h"
#include "boot/vm.h"
#include "cp15.h"
#include "interrupts/irq.h"
#include "interrupts/timer.h"
#include "vcpu/world.h"

// The next virtual processor after the one that ran last that can run; that one last. NULL when none can.
static struct vcpu* pick(void) {
    struct cpu* cpu = this_cpu();
    for (u32 i = 0, at = cpu->turn; i < cpu->vcpu_count; i++) {
        at = at + 1 < cpu->vcpu_count ? at + 1 : 0;
        if (cpu->vcpu[at]->state == VCPU_READY) {
            cpu->turn = at;
            return cpu->vcpu[at];
        }
    }
    return NULL;
}

// Interrupts stay masked in Hyp mode, yet end the wait.
static void idle(void) {
    timer_arm(current);
    dsb();
    wfi();
    irq_handle();
}

void sched_next(void) {
    struct vcpu* next;
    while (!(next = pick())) idle();
    world_switch(next);
}

void sched_tick(void) {
    if (current && current->state == VCPU_READY) world_switch(pick());
}

void sched_yield(void) { world_switch(pick()); }

void sched_wait(void) {
    struct vcpu* vcpu = current;
    if (vgic_has_work(vcpu)) return;
    vcpu->state = VCPU_WAITING;
    sched_next();
}

void sched_wake(struct vcpu* vcpu) { vcpu->state = VCPU_READY; }
