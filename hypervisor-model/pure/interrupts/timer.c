// SPDX-License-Identifier: Apache-2.0
#include "interrupts/timer.h"
#include "cp15.h"

#define CNTHCTL_PL1PCTEN (1u << 0)  // guests may read the physical count, not program the physical timer

u64 timer_tick_period;

void timer_set_tick(u32 tick_hz) { timer_tick_period = tick_hz ? cntfrq_read() / tick_hz : 0; }

void timer_init_cpu(void) {
    cnthctl_write(CNTHCTL_PL1PCTEN);
    cnthp_ctl_write(0);
    cntv_ctl_write(0);
    this_cpu()->next_tick = NEVER;
}

void timer_start_tick(void) {
    if (timer_tick_period) this_cpu()->next_tick = cntpct_read() + timer_tick_period;
}

void timer_arm(const struct vcpu* running) {
    struct cpu* cpu = this_cpu();
    u64 deadline = cpu->next_tick;
    for (u32 i = 0; i < cpu->vcpu_count; i++) {
        const struct vcpu* vcpu = cpu->vcpu[i];
        if (vcpu == running || vcpu->state != VCPU_WAITING) continue;
        u64 d = vtimer_deadline(vcpu);
        if (d < deadline) deadline = d;
    }
    if (deadline != NEVER) {
        cnthp_cval_write(deadline);
        cnthp_ctl_write(CNT_CTL_ENABLE);
        isb();
        cpu->timer_armed = true;
    } else if (cpu->timer_armed) {
        cnthp_ctl_write(0);
        isb();
        cpu->timer_armed = false;
    }
}

void vtimer_save(struct vtimer* vtimer) {
    vtimer->ctl = cntv_ctl_read();
    cntv_ctl_write(0);
    vtimer->cval = cntv_cval_read();
}

void vtimer_restore(const struct vtimer* vtimer) {
    cntvoff_write(vtimer->offset);
    cntv_cval_write(vtimer->cval);
    isb();
    cntv_ctl_write(vtimer->ctl);
}
