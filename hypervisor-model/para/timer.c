// SPDX-License-Identifier: Apache-2.0
#include "timer.h"
#include "cp15.h"

#define CNTKCTL_PL0PCTEN (1u << 0)
#define CNTKCTL_PL0VCTEN (1u << 1)

CP15_REG(cntp_ctl, 0, c14, c2, 1)
CP15_REG64(cntp_cval, 2, c14)

static u64 tick_period;
static u64 next_tick = NEVER;
static bool armed;

void timer_init(u32 tick_hz) {
    cntkctl_write(CNTKCTL_PL0VCTEN);  // guests read the time without a trap, and program no timer
    cntp_ctl_write(0);
    cntv_ctl_write(0);
    if (tick_hz) {
        // The compiler has no division here and the hardware need not have one.
        for (u32 left = cntfrq_read(); left >= tick_hz; left -= tick_hz) tick_period++;
        next_tick = cntpct_read() + tick_period;
    }
    timer_arm();
}

void timer_arm(void) {
    u64 deadline = next_tick;
    for (u32 i = 0; i < vm_count; i++)
        if (vms[i].vcpu->state == VM_WAITING && vms[i].vcpu->deadline < deadline) deadline = vms[i].vcpu->deadline;
    if (deadline != NEVER) {
        cntp_cval_write(deadline);
        cntp_ctl_write(CNT_CTL_ENABLE);
        isb();
        armed = true;
    } else if (armed) {
        cntp_ctl_write(0);
        isb();
        armed = false;
    }
}

bool timer_expired(void) {
    u64 now = cntpct_read();
    for (u32 i = 0; i < vm_count; i++) {
        struct vcpu* vcpu = vms[i].vcpu;
        if (vcpu->state == VM_WAITING && vcpu->deadline <= now) vtimer_fired(vcpu);
    }
    bool tick = now >= next_tick;
    if (tick) next_tick = now + tick_period;
    timer_arm();
    return tick;
}

// A deadline that passes while another machine runs is noticed when this one is loaded: the compare value is past.
void vtimer_load(const struct vcpu* vcpu) {
    if (vcpu->deadline == NEVER) {
        cntv_ctl_write(0);
    } else {
        cntv_cval_write(vcpu->deadline);
        cntv_ctl_write(CNT_CTL_ENABLE);
    }
}

void vtimer_set(struct vcpu* vcpu, u64 deadline) {
    vcpu->deadline = deadline;
    vtimer_load(vcpu);
    isb();
}

void vtimer_fired(struct vcpu* vcpu) {
    vcpu->deadline = NEVER;
    if (vcpu == current_vcpu()) {
        cntv_ctl_write(0);
        isb();
    }
    vm_raise(vcpu, PARA_VIRQ_TIMER);
}
