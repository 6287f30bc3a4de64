// SPDX-License-Identifier: Apache-2.0
// Round robin over the virtual processors of a physical one that can run.
#pragma once
#include "vcpu/vcpu.h"

void sched_tick(void);
void sched_yield(void);
void sched_wait(void);  // the calling one waits for an interrupt
void sched_wake(struct vcpu* vcpu);
void sched_next(void);  // the current one cannot go on, or there is none: run another, or idle until there is one
