// SPDX-License-Identifier: Apache-2.0
#include "machine/platform.h"
#include "cp15.h"
#include "fdt.h"
#include "gicv2.h"
#include "pl011.h"
#include "print.h"
#include "psci.h"
#include "string.h"

// Where a loader that passes no device tree leaves it: the base of RAM on `virt`.
#define FDT_DEFAULT 0x40000000u

struct platform platform;

static u32 irq_or(u32 irq, u32 otherwise) { return irq ? irq : otherwise; }

#define MPIDR_AFFINITY 0x00ffffffu

// The processor that boots is the first, the others follow in the order of the tree.
static void discover_processors(const struct fdt* fdt) {
    struct fdt_prop reg;
    platform.cpu_mpidr[0] = mpidr_read() & MPIDR_AFFINITY;
    platform.cpu_count = 1;
    for (u32 node = 0; (node = fdt_next_device_type(fdt, node, "cpu")) != 0 && platform.cpu_count < CPU_MAX;)
        if (fdt_property(fdt, node, "reg", &reg) && reg.size == 4 && fdt_cell(&reg, 0) != platform.cpu_mpidr[0])
            platform.cpu_mpidr[platform.cpu_count++] = fdt_cell(&reg, 0);
}

bool platform_discover(u32 fdt_address) {
    struct fdt* fdt = &platform.fdt;
    u32 size;
    if ((fdt_address == 0 || !fdt_open(fdt, (const void*)fdt_address)) && !fdt_open(fdt, (const void*)FDT_DEFAULT))
        return false;

    u32 uart = fdt_find_compatible(fdt, "arm,pl011");
    if (uart) {
        fdt_reg(fdt, uart, 0, &platform.uart, &size);
        platform.irq_uart = fdt_irq(fdt, uart, 0);
    }

    const char* method;
    u32 psci = fdt_find_compatible(fdt, "arm,psci-0.2");
    platform.psci_by_hvc = psci && (method = fdt_text(fdt, psci, "method")) && strcmp(method, "hvc") == 0;
    discover_processors(fdt);

    u32 memory = fdt_find_device_type(fdt, "memory");
    if (!memory || !fdt_reg(fdt, memory, 0, &platform.ram_base, &platform.ram_size)) return false;

    u32 gic = fdt_find_compatible(fdt, "arm,cortex-a15-gic");
    if (!gic) gic = fdt_find_compatible(fdt, "arm,gic-400");
    if (!gic || !fdt_reg(fdt, gic, 0, &platform.gicd, &size) || !fdt_reg(fdt, gic, 1, &platform.gicc, &size) ||
        !fdt_reg(fdt, gic, 2, &platform.gich, &size) || !fdt_reg(fdt, gic, 3, &platform.gicv, &size))
        return false;
    platform.irq_maintenance = irq_or(fdt_irq(fdt, gic, 0), PPI(9));

    // The binding's order: secure physical, non-secure physical, virtual, Hyp.
    u32 timer = fdt_find_compatible(fdt, "arm,armv7-timer");
    platform.irq_virtual_timer = irq_or(timer ? fdt_irq(fdt, timer, 2) : 0, PPI(11));
    platform.irq_hyp_timer = irq_or(timer ? fdt_irq(fdt, timer, 3) : 0, PPI(10));
    return true;
}

u32 platform_psci(u32 function, u32 a1, u32 a2, u32 a3) {
    return platform.psci_by_hvc ? psci_hvc(function, a1, a2, a3) : psci_smc(function, a1, a2, a3);
}

void platform_power_off(void) {
    platform_psci(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) wfi();
}

// The hypervisor's console.
void putchar_raw(char c) {
    if (c == '\n') pl011_putc(platform.uart, '\r');
    pl011_putc(platform.uart, c);
}
