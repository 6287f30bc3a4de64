// SPDX-License-Identifier: Apache-2.0
// The world switch: everything of one virtual processor out of the hardware, everything of another in.
#pragma once
#include "machine/vcpu.h"

void world_init_hardware(void);
void world_trap_wfe(bool on);
// Where nobody's state is in the hardware.
void world_load(struct vcpu* next);
// The current one's state goes to memory; nobody's is in the hardware then.
void world_unload(void);
void world_switch(struct vcpu* next);
