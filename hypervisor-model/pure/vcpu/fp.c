// SPDX-License-Identifier: Apache-2.0
// By HCPTR's trap: a machine that does not compute with them never pays for them.
#include "vcpu/fp.h"
#include "cp15.h"
#include "vcpu/fp_registers.h"

#define HCPTR_FP (3u << 10)  // TCP10, TCP11

// What FPEXC.EN forbids is undefined before HCPTR can trap it, ARM DDI 0406C A2.6.1 (CheckAdvSIMDOrVFPEnabled): where
// the registers are not the running machine's, EN is set, and the owner's FPEXC waits in memory.
static void trap(struct cpu* cpu) {
    if (cpu->fp_trapped) return;
    if (cpu->fp_owner) cpu->fp_owner->fp.fpexc = fpexc_read();
    fpexc_write(FPEXC_EN);
    hcptr_write(HCPTR_BASE | HCPTR_FP);
    cpu->fp_trapped = true;
}

static void untrap(struct cpu* cpu) {
    if (!cpu->fp_trapped) return;
    hcptr_write(HCPTR_BASE);
    isb();
    cpu->fp_trapped = false;
}

void fp_init(void) {
    hcptr_write(HCPTR_BASE);
    isb();
    trap(this_cpu());
}

void fp_switch(struct vcpu* next) {
    struct cpu* cpu = this_cpu();
    if (likely(next != cpu->fp_owner)) {
        trap(cpu);
    } else if (cpu->fp_trapped) {
        untrap(cpu);
        fpexc_write(next->fp.fpexc);
    }
}

void fp_take(struct vcpu* vcpu) {
    struct cpu* cpu = this_cpu();
    untrap(cpu);
    if (cpu->fp_owner) fp_save(&cpu->fp_owner->fp);
    fp_restore(&vcpu->fp);
    cpu->fp_owner = vcpu;
}

void fp_forget(const struct vcpu* vcpu) {
    if (this_cpu()->fp_owner == vcpu) this_cpu()->fp_owner = NULL;
}
