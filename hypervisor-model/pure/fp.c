// SPDX-License-Identifier: Apache-2.0
#include "fp.h"
#include "banked.h"
#include "cp15.h"

#define HCPTR_FP (3u << 10)              // TCP10, TCP11
#define HCPTR_BASE (0x33ffu | 1u << 20)  // every other coprocessor, and the trace registers (TTA)

static struct vcpu* owner;

void fp_init(void) { hcptr_write(HCPTR_BASE | HCPTR_FP); }

void fp_switch(const struct vcpu* next) { hcptr_write(next == owner ? HCPTR_BASE : HCPTR_BASE | HCPTR_FP); }

void fp_take(struct vcpu* vcpu) {
    hcptr_write(HCPTR_BASE);
    isb();
    if (owner) fp_save(&owner->fp);
    fp_restore(&vcpu->fp);
    owner = vcpu;
}

void fp_forget(const struct vcpu* vcpu) {
    if (owner == vcpu) owner = NULL;
}
