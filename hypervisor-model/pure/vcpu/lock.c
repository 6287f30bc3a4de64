// SPDX-License-Identifier: Apache-2.0
#include "vcpu/lock.h"
#include "vcpu/hold.h"

static u32 taken;

void lock_wait(void) {
    while (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQUIRE)) hold_answer();  // who has it may wait for this processor
}

void lock_open(void) { __atomic_store_n(&taken, 0, __ATOMIC_RELEASE); }
