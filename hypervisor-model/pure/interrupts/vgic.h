// SPDX-License-Identifier: Apache-2.0
// What one virtual processor has of its interrupt controller: its CPU interface in hardware, fed through list
// registers, and the distributor's registers that matter for it. The distributor itself is devices/distributor.h.
#pragma once
#include "machine/vcpu.h"

void vgic_init_hardware(void);
void vgic_create(struct vgic* vgic);
void vgic_reset(struct vgic* vgic);  // the CPU interface and the private interrupts
void vgic_forward(struct vgic* vgic, u32 irq);

// Raise an interrupt in a virtual processor, running or not, here or elsewhere.
void vgic_raise(struct vcpu* vcpu, u32 irq);
void vgic_raise_sgi(struct vcpu* vcpu, u32 irq, u32 source);

// The following are for a virtual processor of the calling physical one, or of a machine that is held.

// Take interrupts the guest has not acknowledged out of the list registers: to wait outside them, or to be forgotten.
void vgic_hold(struct vcpu* vcpu, u32 word, u32 mask);
void vgic_withdraw(struct vcpu* vcpu, u32 word, u32 mask);
// The guest's enable bits changed, or list registers came free: move what can be moved.
void vgic_deliver(struct vcpu* vcpu);
// List registers ran empty, or the end of an interrupt came that another waits for.
void vgic_maintenance(struct vcpu* vcpu);
// Whether the guest has an interrupt to wake up for.
bool vgic_has_work(struct vcpu* vcpu);
// Bit sets over the list registers: interrupts of word `word` that are pending, or active.
u32 vgic_lr_bits(struct vcpu* vcpu, u32 word, u32 state);
void vgic_end_active(struct vcpu* vcpu, u32 word, u32 mask);
// Processors that a software-generated interrupt is pending from.
u32 vgic_sgi_sources(struct vcpu* vcpu, u32 irq);
void vgic_withdraw_sgi(struct vcpu* vcpu, u32 irq, u32 sources);

void vgic_save(struct vcpu* vcpu);
void vgic_silence(void);  // nobody's list registers are in the hardware
void vgic_restore(struct vcpu* vcpu);
