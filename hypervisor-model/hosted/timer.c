// SPDX-License-Identifier: Apache-2.0
// The one interrupt there is: the virtual timer, at the deadline of the task that has the processor. It comes while a
// guest runs; a deadline that passes before is noticed then.
#include "cp15.h"
#include "gic.h"
#include "host.h"

#define CNTKCTL_PL0VCTEN (1u << 1)

void timer_init(void) {
    gic_init();
    cntkctl_write(CNTKCTL_PL0VCTEN);  // User mode reads the time, and programs no timer
    cntv_ctl_write(0);
    gic_enable(platform.irq_virtual_timer, true);
}

void timer_load(const struct task* task) {
    cntv_cval_write(task->deadline);
    cntv_ctl_write(task->deadline == NEVER ? 0 : CNT_CTL_ENABLE);
    isb();
}

void timer_set(struct task* task, u64 deadline) {
    task->deadline = deadline;
    timer_load(task);
}

bool timer_interrupt(struct task* task) {
    u32 iar = gic_accept();
    if ((iar & GIC_ID_MASK) >= GIC_SPURIOUS) return false;
    timer_set(task, NEVER);  // which lowers the interrupt
    gic_end(iar);
    return true;
}
