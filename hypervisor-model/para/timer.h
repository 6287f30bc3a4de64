// SPDX-License-Identifier: Apache-2.0
// The virtual timer is the running machine's; the physical timer has the tick and the deadlines of machines that wait.
#pragma once
#include "vm.h"

void timer_init(u32 tick_hz);
// Program the physical timer for the next tick or the first deadline of a waiting machine.
void timer_arm(void);
// Wakes machines whose deadline has come. True when the scheduler's tick is due.
bool timer_expired(void);

void vtimer_set(struct vcpu* vcpu, u64 deadline);
void vtimer_load(const struct vcpu* vcpu);
void vtimer_fired(struct vcpu* vcpu);
