// SPDX-License-Identifier: Apache-2.0
// Lazy switching of the VFP/SIMD registers: a machine that does not compute with them never pays for them.
#pragma once
#include "vcpu/vcpu.h"

void fp_init(void);
// Called by the world switch: let `next` use the registers if they are its own, else trap its first use.
void fp_switch(struct vcpu* next);
// The first use after a switch: exchange the contents.
void fp_take(struct vcpu* vcpu);
// A virtual processor of this physical one is off: its register contents need no saving.
void fp_forget(const struct vcpu* vcpu);
