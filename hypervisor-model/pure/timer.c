// SPDX-License-Identifier: Apache-2.0
#include "timer.h"
#include "cp15.h"
#include "sched.h"
#include "vm.h"

#define NEVER (~0ull)
#define CNTHCTL_PL1PCTEN (1u << 0)  // guests may read the physical count, not program the physical timer

static u64 tick_period;
static u64 next_tick = NEVER;
static bool armed;

void timer_init(u32 tick_hz) {
    cnthctl_write(CNTHCTL_PL1PCTEN);
    cnthp_ctl_write(0);
    cntv_ctl_write(0);
    if (tick_hz) {
        tick_period = cntfrq_read() / tick_hz;
        next_tick = cntpct_read() + tick_period;
    }
}

static u64 vtimer_deadline(const struct vcpu* vcpu) {
    u32 ctl = vcpu->vtimer.ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
    return ctl == CNT_CTL_ENABLE ? vcpu->vtimer.cval + vcpu->vtimer.offset : NEVER;
}

void timer_arm(const struct vcpu* running) {
    u64 deadline = next_tick;
    for (u32 i = 0; i < vm_count; i++) {
        struct vcpu* vcpu = &vms[i].vcpu;
        if (vcpu == running || vcpu->state != VCPU_WAITING) continue;
        u64 d = vtimer_deadline(vcpu);
        if (d < deadline) deadline = d;
    }
    if (deadline != NEVER) {
        cnthp_cval_write(deadline);
        cnthp_ctl_write(CNT_CTL_ENABLE);
        isb();
        armed = true;
    } else if (armed) {
        cnthp_ctl_write(0);
        isb();
        armed = false;
    }
}

void timer_expired(void) {
    u64 now = cntpct_read();
    // A machine woken here gets its interrupt from its own timer, as soon as that is back in the hardware.
    for (u32 i = 0; i < vm_count; i++) {
        struct vcpu* vcpu = &vms[i].vcpu;
        if (vcpu != current && vcpu->state == VCPU_WAITING && vtimer_deadline(vcpu) <= now) sched_wake(vcpu);
    }
    if (now >= next_tick) {
        next_tick = now + tick_period;
        timer_arm(current);
        sched_tick();
    } else {
        timer_arm(current);
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
