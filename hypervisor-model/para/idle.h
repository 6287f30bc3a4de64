// SPDX-License-Identifier: Apache-2.0
// Waiting for work.
#pragma once
#include "vm.h"

void sched_next(void);                // the current machine can't run: another, or idle until one can
void sched_wait(struct vcpu* first);  // the current machine waits for an interrupt; `first` runs next when it can
