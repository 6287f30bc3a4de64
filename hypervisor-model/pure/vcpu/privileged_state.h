// SPDX-License-Identifier: Apache-2.0
// A guest's privileged state, which is CP15 and the registers of the other modes: where it is while the hypervisor
// runs. The macros of exits/privileged_state.S are the part of it that entry and exit have.
#pragma once
#include "machine/vcpu.h"

// By the world switch.
static inline void privileged_save(struct vcpu* previous);
static inline void privileged_restore(const struct vcpu* next);

// A banked register, r8 to r14 as banked_reg_read() has them.
static inline u32 privileged_reg_read(struct vcpu* vcpu, u32 mode, u32 number);
static inline void privileged_reg_write(struct vcpu* vcpu, u32 mode, u32 number, u32 value);

// Macros, as they name their register: PRIVILEGED_CP15_WRITE(vcpu, register, value), and the SPSR and LR that an
// exception leaves, PRIVILEGED_RETURN_WRITE(vcpu, mode, lr).
#include "vcpu/privileged_state_inline.h"
