// SPDX-License-Identifier: Apache-2.0
#include "sched.h"
#include "cp15.h"
#include "irq.h"
#include "platform.h"
#include "print.h"
#include "timer.h"
#include "vm.h"
#include "world.h"

// The next machine after the current one that can run; the current one last. NULL when none can.
static struct vcpu* pick(void) {
    u32 at = current->vm->id;
    for (u32 i = 0; i < vm_count; i++) {
        at = at + 1 < vm_count ? at + 1 : 0;
        if (vms[at].vcpu.state == VCPU_READY) return &vms[at].vcpu;
    }
    return NULL;
}

static bool all_off(void) {
    for (u32 i = 0; i < vm_count; i++)
        if (vms[i].vcpu.state != VCPU_OFF) return false;
    return true;
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
    while (!(next = pick())) {
        if (all_off()) {
            print("pure: all machines are off\n");
            platform_power_off();
        }
        idle();
    }
    world_switch(next);
}

void sched_start(void) { world_load(&vms[0].vcpu); }

void sched_tick(void) {
    if (current->state == VCPU_READY) world_switch(pick());
}

void sched_yield(void) { world_switch(pick()); }

void sched_wait(void) {
    if (vgic_has_work(current)) return;
    current->state = VCPU_WAITING;
    sched_next();
}

void sched_wake(struct vcpu* vcpu) { vcpu->state = VCPU_READY; }
