// SPDX-License-Identifier: Apache-2.0
// Round robin over the virtual processors of a physical one that can run.
#pragma once
#include "machine/vcpu.h"

// The next virtual processor after the one that ran last that can run; that one last. NULL when none can.
static inline struct vcpu* sched_pick(void) {
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

void sched_tick(void);
void sched_yield(void);
// The Hyp timer is due: wakes those whose virtual timer has come, and ticks.
void timer_expired(void);
