// SPDX-License-Identifier: Apache-2.0
// What one virtual processor has of its interrupt controller, and what a machine's processors share of it.
#pragma once
#include "types.h"

#define VGIC_IRQS 96
#define VGIC_WORDS (VGIC_IRQS / 32)
#define VGIC_LRS 4  // of the hardware's, how many are used
#define VGIC_SGIS 16

struct vgic {
    u32 ctlr;
    u32 enabled[VGIC_WORDS];    // private ones that are enabled; shared ones that are enabled and come here
    u32 routed[VGIC_WORDS];     // shared ones that come here
    u32 pending[VGIC_WORDS];    // raised and not in a list register. Any processor may set bits, the own one takes them
    u32 forwarded[VGIC_WORDS];  // backed by the physical interrupt of the same number
    u8 sgi_sources[VGIC_SGIS];  // processors a pending software-generated interrupt is from, set like `pending`
    u8 priority[VGIC_IRQS];
    bool sgi_waits;  // for the end of the same interrupt from another processor
    // The hardware's registers while another virtual processor runs
    u32 hcr, vmcr, apr;
    u32 lr[VGIC_LRS];
};

struct distributor {
    u32 ctlr;
    u32 enabled[VGIC_WORDS];
    u32 config[VGIC_IRQS / 16];
    u32 line[VGIC_WORDS];   // levels of the emulated devices' outputs
    u8 targets[VGIC_IRQS];  // processors an interrupt may go to; it goes to the lowest
};
