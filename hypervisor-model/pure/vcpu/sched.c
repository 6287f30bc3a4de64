// SPDX-License-Identifier: Apache-2.0
#include "vcpu/sched.h"
#include "cp15.h"
#include "interrupts/timer.h"
#include "vcpu/world.h"

void sched_tick(void) {
    if (current && current->state == VCPU_READY) world_switch(sched_pick());
}

void sched_yield(void) { world_switch(sched_pick()); }

void timer_expired(void) {
    struct cpu* cpu = this_cpu();
    u64 now = cntpct_read();
    // One woken here gets its interrupt from its own timer, as soon as that is back in the hardware.
    for (u32 i = 0; i < cpu->vcpu_count; i++) {
        struct vcpu* vcpu = cpu->vcpu[i];
        if (vcpu != cpu->running && vcpu->state == VCPU_WAITING && vtimer_deadline(vcpu) <= now) vcpu_wake(vcpu);
    }
    if (now >= cpu->next_tick) {
        cpu->next_tick = now + timer_tick_period;
        timer_arm(cpu->running);
        sched_tick();
    } else {
        timer_arm(cpu->running);
    }
}
