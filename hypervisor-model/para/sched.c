// SPDX-License-Identifier: Apache-2.0
#include "sched.h"
#include "cp15.h"
#include "fp.h"
#include "irq.h"
#include "platform.h"
#include "print.h"
#include "timer.h"

struct para_vcpu* current_page;

// ASID 0 belongs to nobody, see space_switch.
static void world_load(struct vcpu* next) {
    const struct space* space = &next->spaces[next->space];
    contextidr_write(0);
    isb();
    ttbr0_32_write(space->ttbr0);
    ttbr1_32_write(next->ttbr1);
    isb();
    contextidr_write(space->asid);
    dacr_write(in_kernel(next) ? DACR_KERNEL : DACR_USER);
    tpidruro_write(next->tls);
    tpidrurw_write(next->tpidrurw);
    vtimer_load(next);
    fp_switch(next->vm);
    current_page = shared_of(next);
    isb();
}

static void world_switch(struct vcpu* next) {
    struct vcpu* previous = current_vcpu();
    if (next == previous) {
        vtimer_load(next);  // off while it waited
        return;
    }
    previous->tpidrurw = tpidrurw_read();
    clrex();
    world_load(next);
}

// The next machine after the current one that can run; the current one last. NULL when none can.
static struct vcpu* pick(void) {
    u32 at = current_vcpu()->vm->id;
    for (u32 i = 0; i < vm_count; i++) {
        at = at + 1 < vm_count ? at + 1 : 0;
        if (vms[at].vcpu->state == VM_READY) return vms[at].vcpu;
    }
    return NULL;
}

static bool all_off(void) {
    for (u32 i = 0; i < vm_count; i++)
        if (vms[i].vcpu->state != VM_OFF) return false;
    return true;
}

void sched_next(void) {
    struct vcpu* next;
    while (!(next = pick())) {
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

void sched_start(void) { world_load(vms[0].vcpu); }

void sched_to(struct vcpu* next) {
    if (current_vcpu()->state == VM_READY) world_switch(next);
}

void sched_tick(void) {
    if (current_vcpu()->state == VM_READY) world_switch(pick());
}

void sched_yield(void) { world_switch(pick()); }

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
