// SPDX-License-Identifier: Apache-2.0
// Switching the VFP/SIMD registers.
#pragma once
#include "machine/vcpu.h"

void fp_init(void);
// Called by the world switch: `next` may use the registers if they are its own, else its first use traps.
void fp_switch(struct vcpu* next);
// A use that trapped: exchange the contents.
void fp_take(struct vcpu* vcpu);
// A virtual processor of this physical one is off: its register contents need no saving.
void fp_forget(const struct vcpu* vcpu);
