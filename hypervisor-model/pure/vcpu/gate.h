// SPDX-License-Identifier: Apache-2.0
// Taking the state of a machine's other virtual processors out of their hardware, to look at it or to change it. The
// processors that run the machine unload it (hold.h) and stand still until the release.
#pragma once
#include "machine/vm.h"

// The caller has the lock.
void hold_machine(struct vm* vm);
void hold_release(void);
bool hold_is_held(const struct vm* vm);
// Nobody runs here meanwhile. Does not return when the virtual processor was stopped: see hold_leave_by().
void hold_wait_for_release(const struct vcpu* vcpu);
// Become the processor that runs `next`; waits while its machine is held.
void hold_enter(struct vcpu* next);

// What a processor does whose virtual one was stopped while it stood still: run another. Said once, at boot.
typedef void (*hold_leave)(void) NORETURN;
void hold_leave_by(hold_leave run_something_else);
