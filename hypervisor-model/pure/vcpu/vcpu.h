// SPDX-License-Identifier: Apache-2.0
// A virtual processor's registers as its instructions see them, and its life.
#pragma once
#include "machine/vcpu.h"

// General registers as the guest's mode sees them. Register 15 reads as the address of the instruction plus 8 or 4.
u32 vcpu_reg_read(struct vcpu* vcpu, u32 number);
void vcpu_reg_write(struct vcpu* vcpu, u32 number, u32 value);

// Step over the instruction that trapped: program counter and IT state.
void vcpu_skip(struct vcpu* vcpu, u32 length);
// Whether a trapped instruction's condition holds. The syndrome gives it for A32; T32 keeps it in the IT state.
bool vcpu_condition_holds(const struct vcpu* vcpu, u32 hsr);

// A processor of a machine that is being made: off, and placed on a physical one.
void vcpu_create(struct vcpu* vcpu, struct vm* vm, u32 id);
// As a reset leaves it, but about to run at `entry`, which may be T32 code; the caller makes it ready.
void vcpu_reset(struct vcpu* vcpu, u32 entry, u32 r0);
// The calling one: off from now on.
void vcpu_off(struct vcpu* vcpu);
