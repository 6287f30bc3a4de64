// SPDX-License-Identifier: Apache-2.0
// Machines that the device tree describes: nodes of compatible "xen,domain" under /chosen, with the kernel and the RAM
// disk as modules that the boot loader left in memory (Xen's docs/misc/arm/device-tree/booting.txt, dom0less.pandoc).
#pragma once
#include "machine/vm_package.h"

struct module {
    u32 pa, size;  // size 0: none
    const char* bootargs;
};

struct domain {
    struct vm_description description;
    struct module kernel, ramdisk;
};

// Fills in at most VM_MAX; returns how many there are. Stops with a line on the console when one is incomplete.
u32 domains_find(struct domain* domains);
bool domain_make_machine(const struct domain* domain);
