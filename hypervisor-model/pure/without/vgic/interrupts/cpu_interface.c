// SPDX-License-Identifier: Apache-2.0
#include "interrupts/cpu_interface.h"

s32 cpu_interface_takeable(const struct vgic* g) {
    s32 n = cpu_interface_best(g);
    if (n < 0 || !(g->vmcr & CTLR_ENABLE)) return -1;
    u32 level = level_of(g->lr[n]);
    return level < g->vmcr >> VMCR_MASK_SHIFT && group_of(g, level) < running(g) ? n : -1;
}

void cpu_interface_signal(const struct vcpu* vcpu) { cpu_interface_update_irq(vcpu); }
void cpu_interface_silence(void) { cpu_interface_set_irq(false); }
