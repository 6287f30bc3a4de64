// SPDX-License-Identifier: Apache-2.0
// In the hardware: Hyp mode has registers of its own.
#pragma once
#include "vcpu/banked.h"
#include "vcpu/cp15_context.h"

static inline void privileged_save(struct vcpu* previous) {
    banked_save(&previous->banked);
    cp15_save(&previous->cp15);
}

static inline void privileged_restore(const struct vcpu* next) {
    banked_restore(&next->banked);
    cp15_restore(&next->cp15);
}

static inline u32 privileged_reg_read(struct vcpu* vcpu, u32 mode, u32 number) {
    (void)vcpu;
    return banked_reg_read(mode, number);
}

static inline void privileged_reg_write(struct vcpu* vcpu, u32 mode, u32 number, u32 value) {
    (void)vcpu;
    banked_reg_write(mode, number, value);
}

#define PRIVILEGED_CP15_WRITE(vcpu, name, value) name##_write(value)
#define PRIVILEGED_RETURN_WRITE(vcpu, mode, lr_value) \
    asm volatile("msr spsr_" #mode ", %0\n msr lr_" #mode ", %1" ::"r"((vcpu)->cpsr), "r"(lr_value))
