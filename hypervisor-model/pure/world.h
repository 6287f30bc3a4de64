// SPDX-License-Identifier: Apache-2.0
// The world switch: everything of one machine out of the hardware, everything of another in.
#pragma once
#include "vcpu.h"

void world_init_hardware(void);
// The first machine: there is nothing to save.
void world_load(struct vcpu* next);
void world_switch(struct vcpu* next);
