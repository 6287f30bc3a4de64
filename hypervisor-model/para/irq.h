// SPDX-License-Identifier: Apache-2.0
// The physical interrupt controller and whose its interrupts are.
#pragma once
#include "vm.h"

#define IRQS 96

extern struct irq_route {
    struct vcpu* owner;  // NULL: nobody's
    u32 virq;
} irq_route[IRQS];

void irq_init(void);
// Gives a shared peripheral interrupt to a machine as PARA_VIRQ_DEVICE(index); false when it is taken or does not
// exist.
bool irq_give(u32 irq, struct vcpu* owner, u32 index);
// It may come again. False when the machine has no such device interrupt.
bool irq_again(const struct vcpu* owner, u32 virq);
void irq_take_back(const struct vcpu* owner);
