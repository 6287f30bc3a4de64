// SPDX-License-Identifier: Apache-2.0
// Shadow page tables, where stage 2 translates nothing (docs/whatif.md): the hypervisor walks the guest's tables and
// enters what it finds, with the real page behind it, into tables of its own, which the processor walks.
#pragma once
#include "vcpu/vcpu.h"

// As translation_data_fault() and controls_access().
bool shadow_fault(struct vcpu* vcpu, u32 va, bool write, bool instruction, u32* page);
bool shadow_control_access(struct vcpu* vcpu, u32 hsr);
