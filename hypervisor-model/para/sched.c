// SPDX-License-Identifier: Apache-2.0
#include "sched.h"
#include "cp15.h"
#include "fp.h"
#include "timer.h"

// ASID 0 belongs to nobody, see space_switch.
void world_load(struct vcpu* next) {
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

void sched_start(void) { world_load(vms[0].vcpu); }

void sched_to(struct vcpu* next) {
    if (current_vcpu()->state == VM_READY) world_switch(next);
}

void sched_tick(void) {
    if (current_vcpu()->state == VM_READY) world_switch(sched_pick());
}

void sched_yield(void) { world_switch(sched_pick()); }
