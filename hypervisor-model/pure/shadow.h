// SPDX-License-Identifier: Apache-2.0
// Shadow page tables, where stage 2 translates nothing (features.h, docs/whatif.md): the hypervisor walks the guest's
// tables and enters what it finds, with the real page behind it, into tables of its own, which the processor walks.
#pragma once
#include "types.h"

struct vcpu;
struct vm;

void shadow_init_hardware(void);
u32 shadow_identity(void);  // the stage 2 of all machines
bool shadow_create(struct vm* vm);
void shadow_reset(struct vcpu* vcpu);
void shadow_destroy(struct vm* vm);

// An access that found nothing in the tables. True: the guest can go on, at the access or at its own fault handler.
// False: it is an access to `page` of the machine's physical space, where no memory is.
bool shadow_fault(struct vcpu* vcpu, u32 va, bool write, bool instruction, u32* page);

// Trapped accesses to the registers that control translation. False: it is another register.
bool shadow_control_access(struct vcpu* vcpu, u32 hsr);
