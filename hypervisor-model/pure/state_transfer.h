// SPDX-License-Identifier: Apache-2.0
// Where a guest's privileged state is moved to memory at each exit and back at each entry (features.h).
#pragma once
#include "types.h"

struct vcpu;

void state_save(struct vcpu* vcpu);
void state_restore(const struct vcpu* vcpu);
// A banked register, r8..r14 as banked_reg_read() has them, where it counts meanwhile.
u32* state_banked_reg(struct vcpu* vcpu, u32 mode, u32 number);
