// SPDX-License-Identifier: Apache-2.0
// The physical interrupt controller and whose its interrupts are.
#pragma once
#include "vm.h"

void irq_init(void);
void irq_handle(u32 iar);
// The controller's next interrupt, for the idle loop.
void irq_poll(void);
// Gives a shared peripheral interrupt to a machine as PARA_VIRQ_DEVICE(index); false when it is taken or does not
// exist.
bool irq_give(u32 irq, struct vcpu* owner, u32 index);
// It may come again. False when the machine has no such device interrupt.
bool irq_again(const struct vcpu* owner, u32 virq);
void irq_take_back(const struct vcpu* owner);
