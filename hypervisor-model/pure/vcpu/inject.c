// SPDX-License-Identifier: Apache-2.0
#include "vcpu/inject.h"
#include "cp15.h"
#include "vcpu/privileged_state.h"

#define SCTLR_V (1u << 13)
#define SCTLR_EE (1u << 25)
#define SCTLR_TE (1u << 30)
#define TTBCR_EAE (1u << 31)

#define FSR_WRITE (1u << 11)
#define FSR_SHORT_EXTERNAL 0x008u
#define FSR_LONG_EXTERNAL (1u << 9 | 0x10)

#define VECTOR_UNDEFINED 0x04
#define VECTOR_PREFETCH 0x0c
#define VECTOR_DATA 0x10

// Mode change of an exception entry, ARM DDI 0406C B1.9. The banked registers of the new mode are in the hardware.
static void enter(struct vcpu* vcpu, u32 vector, u32 mode, u32 disable) {
    u32 sctlr = sctlr_read();
    vcpu->pc = (sctlr & SCTLR_V ? 0xffff0000 : vbar_read()) + vector;
    vcpu->cpsr &= ~(PSR_MODE | PSR_T | PSR_J | PSR_E | PSR_IT_LO | PSR_IT_HI);
    vcpu->cpsr |= mode | disable;
    if (sctlr & SCTLR_TE) vcpu->cpsr |= PSR_T;
    if (sctlr & SCTLR_EE) vcpu->cpsr |= PSR_E;
}

static void enter_abort(struct vcpu* vcpu, u32 vector, u32 return_offset) {
    PRIVILEGED_RETURN_WRITE(vcpu, abt, vcpu->pc + return_offset);
    enter(vcpu, vector, MODE_ABT, PSR_I | PSR_A);
}

static u32 external_abort(void) { return ttbcr_read() & TTBCR_EAE ? FSR_LONG_EXTERNAL : FSR_SHORT_EXTERNAL; }

void inject_undefined(struct vcpu* vcpu) {
    u32 lr = vcpu->pc + (vcpu_in_thumb(vcpu) ? 2 : 4);
    PRIVILEGED_RETURN_WRITE(vcpu, und, lr);
    enter(vcpu, VECTOR_UNDEFINED, MODE_UND, PSR_I);
}

void inject_data_fault(struct vcpu* vcpu, u32 address, u32 status) {
    PRIVILEGED_CP15_WRITE(vcpu, dfsr, status);
    PRIVILEGED_CP15_WRITE(vcpu, dfar, address);
    enter_abort(vcpu, VECTOR_DATA, 8);
}

void inject_prefetch_fault(struct vcpu* vcpu, u32 address, u32 status) {
    PRIVILEGED_CP15_WRITE(vcpu, ifsr, status);
    PRIVILEGED_CP15_WRITE(vcpu, ifar, address);
    enter_abort(vcpu, VECTOR_PREFETCH, 4);
}

void inject_data_abort(struct vcpu* vcpu, u32 address, bool write) {
    inject_data_fault(vcpu, address, external_abort() | (write ? FSR_WRITE : 0));
}

void inject_prefetch_abort(struct vcpu* vcpu, u32 address) { inject_prefetch_fault(vcpu, address, external_abort()); }
