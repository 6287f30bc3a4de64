// SPDX-License-Identifier: Apache-2.0
// Round robin over the machines that can run.
#pragma once
#include "vm.h"

void sched_start(void);
void sched_tick(void);
void sched_yield(void);
void sched_next(void);                // the current machine can't run: another, or idle until one can
void sched_wait(struct vcpu* first);  // the current machine waits for an interrupt; `first` runs next when it can
void sched_to(struct vcpu* next);
