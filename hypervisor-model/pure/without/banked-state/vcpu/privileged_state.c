// SPDX-License-Identifier: Apache-2.0
// What x86 does between a guest and its hypervisor (VMCS, VMCB): the guest's privileged state goes to memory at each
// exit and comes back from there at each entry, whether anyone looks at it or not. Here that is the registers of the
// other modes and CP15; while the hypervisor runs they count in memory.
#include "vcpu/privileged_state.h"
#include "psr.h"
#include "vcpu/banked.h"
#include "vcpu/cp15_context.h"

void state_save(struct vcpu* vcpu) {
    banked_save(&vcpu->banked);
    cp15_save(&vcpu->cp15);
}

void state_restore(const struct vcpu* vcpu) {
    banked_restore(&vcpu->banked);
    cp15_restore(&vcpu->cp15);
}

static struct bank* bank_of(struct banked* banked, u32 mode) {
    switch (mode) {
    case MODE_SVC: return &banked->svc;
    case MODE_ABT: return &banked->abt;
    case MODE_UND: return &banked->und;
    case MODE_IRQ: return &banked->irq;
    case MODE_FIQ: return &banked->fiq;
    default: return NULL;
    }
}

u32* state_banked_reg(struct vcpu* vcpu, u32 mode, u32 number) {
    struct bank* bank = bank_of(&vcpu->banked, mode);
    if (!bank) return &vcpu->banked.sp_usr;
    if (number < 13) return &vcpu->banked.r8_fiq[number - 8];
    return number == 13 ? &bank->sp : &bank->lr;
}
