// SPDX-License-Identifier: Apache-2.0
// The world switch, and round robin over the machines that can run.
#pragma once
#include "cp15.h"
#include "timer.h"

// The next machine after the current one that can run; the current one last. NULL when none can.
static inline struct vcpu* sched_pick(void) {
    u32 at = current_vcpu()->vm->id;
    for (u32 i = 0; i < vm_count; i++) {
        at = at + 1 < vm_count ? at + 1 : 0;
        if (vms[at].vcpu->state == VM_READY) return vms[at].vcpu;
    }
    return NULL;
}

// Everything of the next machine into the processor.
void world_load(struct vcpu* next);

static inline void world_switch(struct vcpu* next) {
    struct vcpu* previous = current_vcpu();
    if (next == previous) {
        vtimer_load(next);  // off while it waited
        return;
    }
    previous->tpidrurw = tpidrurw_read();
    clrex();
    world_load(next);
}

void sched_start(void);
void sched_tick(void);
void sched_yield(void);
void sched_to(struct vcpu* next);
