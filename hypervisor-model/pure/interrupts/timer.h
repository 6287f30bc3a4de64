// SPDX-License-Identifier: Apache-2.0
// The Hyp timer drives the scheduler tick and stands in for the virtual timers of virtual processors that do not run.
#pragma once
#include "cp15.h"
#include "machine/vcpu.h"

#define NEVER (~0ull)

extern u64 timer_tick_period;  // 0: no tick
void timer_set_tick(u32 tick_hz);
void timer_init_cpu(void);
void timer_start_tick(void);
// Program the next event: the tick, or the first virtual timer of one that is not `running`.
void timer_arm(const struct vcpu* running);

// When the virtual timer of one that does not run is due.
static inline u64 vtimer_deadline(const struct vcpu* vcpu) {
    u32 ctl = vcpu->vtimer.ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
    return ctl == CNT_CTL_ENABLE ? vcpu->vtimer.cval + vcpu->vtimer.offset : NEVER;
}

void vtimer_save(struct vtimer* vtimer);
void vtimer_restore(const struct vtimer* vtimer);
