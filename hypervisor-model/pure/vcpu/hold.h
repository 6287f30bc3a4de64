// SPDX-License-Identifier: Apache-2.0
// Taking the state of a machine's other virtual processors out of their hardware, to look at it or to change it. The
// processors that run the machine unload it and stand still until the release.
#pragma once
#include "types.h"

struct vcpu;
struct vm;

// The caller has the lock.
void hold_machine(struct vm* vm);
void hold_release(void);
// Asked of every processor while it waits for the lock, and by a kick. Does not return when the machine was stopped in
// the meantime: the processor then runs something else.
void hold_answer(void);
// Become the processor that runs `next`; waits while its machine is held.
void hold_enter(struct vcpu* next);
