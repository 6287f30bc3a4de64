// SPDX-License-Identifier: Apache-2.0
// What the device tree says about the machine: filled once, before translation is on.
#pragma once
#include "fdt.h"
#include "machine/cpu.h"
#include "types.h"

struct platform {
    u32 ram_base, ram_size;
    struct fdt fdt;
    u32 gicd, gicc, gich, gicv;
    u32 uart;
    bool psci_by_hvc;
    u32 cpu_count;
    u32 cpu_mpidr[CPU_MAX];
    u32 irq_hyp_timer, irq_virtual_timer, irq_maintenance, irq_uart;
};

extern struct platform platform;

// False when the tree is unreadable or lacks memory, the interrupt controller or its virtual interface.
bool platform_discover(u32 fdt_address);
u32 platform_psci(u32 function, u32 a1, u32 a2, u32 a3);
void platform_power_off(void) __attribute__((noreturn));
