// SPDX-License-Identifier: Apache-2.0
// Physical interrupts: the hypervisor's own, and those forwarded to machines.
#pragma once
#include "machine/vm.h"

void irq_init_cpu(void);
// Forward a shared peripheral interrupt to a machine. False when the number is not one or already given.
bool irq_give(u32 irq, struct vm* owner);
void irq_take_back(struct vm* owner);
// Whose they are; NULL when nobody's.
extern struct vm* irq_owner_of[VGIC_IRQS];
