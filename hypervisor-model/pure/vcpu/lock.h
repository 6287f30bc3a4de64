// SPDX-License-Identifier: Apache-2.0
// The lock of what several processors share: machines, memory, the console. On one processor it is free: interrupts
// stay masked in Hyp mode.
#pragma once
#include "machine/cpu.h"

void lock_wait(void);
void lock_open(void);

static inline void lock_take(void) {
    if (unlikely(cpu_count > 1)) lock_wait();
}

static inline void lock_drop(void) {
    if (unlikely(cpu_count > 1)) lock_open();
}
