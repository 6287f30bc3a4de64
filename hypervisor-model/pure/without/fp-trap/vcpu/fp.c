// SPDX-License-Identifier: Apache-2.0
// Without a trap: each world switch exchanges them.
#include "vcpu/fp.h"
#include "cp15.h"
#include "vcpu/fp_registers.h"

void fp_init(void) {
    hcptr_write(HCPTR_BASE);
    isb();
}

void fp_switch(struct vcpu* next) {
    struct cpu* cpu = this_cpu();
    if (cpu->fp_owner == next) return;
    if (cpu->fp_owner) cpu->fp_owner->fp.fpexc = fpexc_read();
    fpexc_write(FPEXC_EN);
    if (cpu->fp_owner) fp_save(&cpu->fp_owner->fp);
    fp_restore(&next->fp);
    cpu->fp_owner = next;
}

void fp_take(struct vcpu* vcpu) { (void)vcpu; }  // its own already

void fp_forget(const struct vcpu* vcpu) {
    if (this_cpu()->fp_owner == vcpu) this_cpu()->fp_owner = NULL;
}
