// SPDX-License-Identifier: Apache-2.0
#include "vcpu/inject.h"
#include "cp15.h"
#include "features.h"

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

// A register of the guest: in the hardware, or where that is not read before it is loaded again (state_transfer.h).
#define GUEST_CP15_WRITE(vcpu, name, value)                     \
    do {                                                        \
        if (WITHOUT(BANKED_STATE)) (vcpu)->cp15.name = (value); \
        else name##_write(value);                               \
    } while (0)

#define GUEST_RETURN_WRITE(vcpu, mode, lr_value)                                                                 \
    do {                                                                                                         \
        if (WITHOUT(BANKED_STATE)) (vcpu)->banked.mode.spsr = (vcpu)->cpsr, (vcpu)->banked.mode.lr = (lr_value); \
        else asm volatile("msr spsr_" #mode ", %0\n msr lr_" #mode ", %1" ::"r"((vcpu)->cpsr), "r"(lr_value));   \
    } while (0)

static void enter_abort(struct vcpu* vcpu, u32 vector, u32 return_offset) {
    GUEST_RETURN_WRITE(vcpu, abt, vcpu->pc + return_offset);
    enter(vcpu, vector, MODE_ABT, PSR_I | PSR_A);
}

static u32 external_abort(void) { return ttbcr_read() & TTBCR_EAE ? FSR_LONG_EXTERNAL : FSR_SHORT_EXTERNAL; }

void inject_undefined(struct vcpu* vcpu) {
    u32 lr = vcpu->pc + (vcpu_in_thumb(vcpu) ? 2 : 4);
    GUEST_RETURN_WRITE(vcpu, und, lr);
    enter(vcpu, VECTOR_UNDEFINED, MODE_UND, PSR_I);
}

void inject_data_fault(struct vcpu* vcpu, u32 address, u32 status) {
    GUEST_CP15_WRITE(vcpu, dfsr, status);
    GUEST_CP15_WRITE(vcpu, dfar, address);
    enter_abort(vcpu, VECTOR_DATA, 8);
}

void inject_prefetch_fault(struct vcpu* vcpu, u32 address, u32 status) {
    GUEST_CP15_WRITE(vcpu, ifsr, status);
    GUEST_CP15_WRITE(vcpu, ifar, address);
    enter_abort(vcpu, VECTOR_PREFETCH, 4);
}

void inject_data_abort(struct vcpu* vcpu, u32 address, bool write) {
    inject_data_fault(vcpu, address, external_abort() | (write ? FSR_WRITE : 0));
}

void inject_prefetch_abort(struct vcpu* vcpu, u32 address) { inject_prefetch_fault(vcpu, address, external_abort()); }
