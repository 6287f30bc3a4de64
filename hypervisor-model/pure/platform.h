// SPDX-License-Identifier: Apache-2.0
// What the device tree says about the machine: filled once, before translation is on.
#pragma once
#include "types.h"

struct platform {
    u32 ram_base, ram_size;
    u32 fdt_base, fdt_size;
    u32 gicd, gicc, gich, gicv;
    u32 uart;
    bool psci_by_hvc;
    u32 irq_hyp_timer, irq_virtual_timer, irq_maintenance;
};

extern struct platform platform;

// False when the tree is unreadable or lacks memory, the interrupt controller or its virtual interface.
bool platform_discover(u32 fdt_address);
void platform_power_off(void) __attribute__((noreturn));
