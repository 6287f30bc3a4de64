// SPDX-License-Identifier: Apache-2.0
// In memory: moved there at each exit and back at each entry, not by the world switch.
#pragma once

void state_save(struct vcpu* vcpu);
void state_restore(const struct vcpu* vcpu);
u32* state_banked_reg(struct vcpu* vcpu, u32 mode, u32 number);

static inline void privileged_save(struct vcpu* previous) { (void)previous; }
static inline void privileged_restore(const struct vcpu* next) { (void)next; }

static inline u32 privileged_reg_read(struct vcpu* vcpu, u32 mode, u32 number) {
    return *state_banked_reg(vcpu, mode, number);
}

static inline void privileged_reg_write(struct vcpu* vcpu, u32 mode, u32 number, u32 value) {
    *state_banked_reg(vcpu, mode, number) = value;
}

#define PRIVILEGED_CP15_WRITE(vcpu, name, value) ((vcpu)->cp15.name = (value))
#define PRIVILEGED_RETURN_WRITE(vcpu, mode, lr_value) \
    ((vcpu)->banked.mode.spsr = (vcpu)->cpsr, (vcpu)->banked.mode.lr = (lr_value))
