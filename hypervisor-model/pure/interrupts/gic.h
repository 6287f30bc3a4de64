// SPDX-License-Identifier: Apache-2.0
// The physical interrupt controller. End of interrupt is split: the hypervisor drops the priority, and deactivates only
// what it handles itself; a guest deactivates a forwarded interrupt through its list register.
#pragma once
#include "machine/cpu.h"

#define GIC_PRIORITY_HYP 0x80
#define GIC_PRIORITY_GUEST 0xa0
#define GIC_SGI_KICK 0  // between the hypervisor's processors

void gic_init(void);
u32 gic_init_cpu(void);  // the calling processor's part; returns the bit that stands for it
void gic_send(u32 targets, u32 sgi);
void gic_set_enabled(u32 irq, bool on);
void gic_set_active(u32 irq, bool on);
void gic_set_priority(u32 irq, u8 priority);
void gic_deactivate(u32 iar);
u32 gic_acknowledge(void);
void gic_drop_priority(u32 iar);
// Interrupt a processor, to look at what was left for its virtual processors, or to answer hold_machine().
void cpu_kick(struct cpu* cpu);
