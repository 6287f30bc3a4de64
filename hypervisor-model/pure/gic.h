// SPDX-License-Identifier: Apache-2.0
// The physical interrupt controller. End of interrupt is split: the hypervisor drops the priority, and deactivates only
// what it handles itself; a guest deactivates a forwarded interrupt through its list register.
#pragma once
#include "types.h"

#define GIC_PRIORITY_HYP 0x80
#define GIC_PRIORITY_GUEST 0xa0

void gic_init(void);
void gic_set_enabled(u32 irq, bool on);
void gic_set_active(u32 irq, bool on);
void gic_set_priority(u32 irq, u8 priority);
void gic_deactivate(u32 irq);
u32 gic_acknowledge(void);
void gic_drop_priority(u32 iar);
