// SPDX-License-Identifier: Apache-2.0
// A machine's interrupt controller: the distributor as the guest sees it, in software; the CPU interface in hardware,
// fed through list registers.
#pragma once
#include "types.h"

#define VGIC_IRQS 96
#define VGIC_WORDS (VGIC_IRQS / 32)
#define VGIC_LRS 4  // of the hardware's, how many are used

struct vcpu;

struct vgic {
    u32 ctlr;
    u32 enabled[VGIC_WORDS];
    u32 pending[VGIC_WORDS];    // raised and not yet in a list register
    u32 forwarded[VGIC_WORDS];  // backed by the physical interrupt of the same number
    u32 config[VGIC_IRQS / 16];
    u8 priority[VGIC_IRQS];
    u8 targets[VGIC_IRQS];
    // The hardware's registers while another machine runs
    u32 hcr, vmcr, apr;
    u32 lr[VGIC_LRS];
};

void vgic_init_hardware(void);
void vgic_reset(struct vgic* vgic);
void vgic_forward(struct vgic* vgic, u32 irq);

// Raise an interrupt in a machine, running or not.
void vgic_raise(struct vcpu* vcpu, u32 irq);
// Take interrupts the guest has not acknowledged out of the list registers: to wait outside them, or to be forgotten.
void vgic_hold(struct vcpu* vcpu, u32 word, u32 mask);
void vgic_withdraw(struct vcpu* vcpu, u32 word, u32 mask);
// The guest's enable bits changed, or list registers came free: move what can be moved.
void vgic_deliver(struct vcpu* vcpu);
// Whether the guest has an interrupt to wake up for.
bool vgic_has_work(struct vcpu* vcpu);
// Bit sets over the list registers: interrupts of word `word` that are pending, or active.
u32 vgic_lr_bits(struct vcpu* vcpu, u32 word, u32 state);

void vgic_save(struct vcpu* vcpu);
void vgic_restore(struct vcpu* vcpu);
