// SPDX-License-Identifier: Apache-2.0
#include "fp.h"
#include "banked.h"
#include "cp15.h"

#define HCPTR_FP (3u << 10)              // TCP10, TCP11
#define HCPTR_BASE (0x33ffu | 1u << 20)  // every other coprocessor, and the trace registers (TTA)

void fp_init(void) { hcptr_write(HCPTR_BASE | HCPTR_FP); }

void fp_switch(const struct vcpu* next) {
    hcptr_write(next == this_cpu()->fp_owner ? HCPTR_BASE : HCPTR_BASE | HCPTR_FP);
}

void fp_take(struct vcpu* vcpu) {
    struct cpu* cpu = this_cpu();
    hcptr_write(HCPTR_BASE);
    isb();
    if (cpu->fp_owner) fp_save(&cpu->fp_owner->fp);
    fp_restore(&vcpu->fp);
    cpu->fp_owner = vcpu;
}

void fp_forget(const struct vcpu* vcpu) {
    if (this_cpu()->fp_owner == vcpu) this_cpu()->fp_owner = NULL;
}
