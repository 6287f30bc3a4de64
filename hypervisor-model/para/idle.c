// SPDX-License-Identifier: Apache-2.0
#include "idle.h"
#include "cp15.h"
#include "interrupt.h"
#include "platform.h"
#include "print.h"
#include "sched.h"
#include "timer.h"

static bool all_off(void) {
    for (u32 i = 0; i < vm_count; i++)
        if (vms[i].vcpu->state != VM_OFF) return false;
    return true;
}

void sched_next(void) {
    struct vcpu* next;
    while (!(next = sched_pick())) {
        if (all_off()) {
            print("para: all machines are off\n");
            platform_power_off();
        }
        dsb();
        wfi();  // interrupts stay masked, yet end the wait
        irq_poll();
    }
    world_switch(next);
}

void sched_wait(struct vcpu* first) {
    struct vcpu* self = current_vcpu();
    if (vm_has_work(self)) return;
    self->state = VM_WAITING;
    if (self->deadline != NEVER) {
        cntv_ctl_write(0);
        timer_arm();
    }
    if (first && first->state == VM_READY) world_switch(first);
    else sched_next();
}
