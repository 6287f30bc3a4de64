// SPDX-License-Identifier: Apache-2.0
// Round robin over the machines that can run.
#pragma once
#include "vcpu.h"

void sched_start(void);
void sched_tick(void);
void sched_yield(void);
void sched_wait(void);  // the calling machine waits for an interrupt
void sched_wake(struct vcpu* vcpu);
void sched_next(void);  // the current machine cannot go on: run another, idle, or power off when all are off
