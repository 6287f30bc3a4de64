// SPDX-License-Identifier: Apache-2.0
// What the device tree says about the machine. Registers are then used at their DEVICE_* addresses.
#pragma once
#include "layout.h"
#include "types.h"

struct platform {
    u32 ram_base, ram_size;
    u32 gicd, gicc, uart;  // physical
    bool psci_by_hvc;
    u32 irq_physical_timer, irq_virtual_timer;
};

extern struct platform platform;

// Where a loader that passes no device tree leaves it: the base of RAM on `virt`.
#define FDT_DEFAULT RAM_PHYSICAL

// False when the tree is unreadable or lacks memory, the console or the interrupt controller.
bool platform_discover(u32 fdt_address);
// Registers that User mode would reach and no switch exchanges are shut.
void platform_shut_user_registers(void);
void platform_power_off(void) __attribute__((noreturn));

// Address of a device's registers in its section.
#define REGISTERS(window, pa) ((window) + ((pa)&0xfffffu))

// Of TRAP_*, to be read.
const char* trap_name(u32 trap);
