// SPDX-License-Identifier: Apache-2.0
// The Hyp timer drives the scheduler tick and stands in for the virtual timers of virtual processors that do not run.
#pragma once
#include "vcpu/vcpu.h"

void timer_set_tick(u32 tick_hz);
void timer_init_cpu(void);
void timer_start_tick(void);
void timer_expired(void);
// Program the next event: the tick, or the first virtual timer of one that is not `running`.
void timer_arm(const struct vcpu* running);

void vtimer_save(struct vtimer* vtimer);
void vtimer_restore(const struct vtimer* vtimer);
