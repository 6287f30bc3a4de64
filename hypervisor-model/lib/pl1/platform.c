// SPDX-License-Identifier: Apache-2.0
#include "platform.h"
#include "cp15.h"
#include "fdt.h"
#include "mem.h"
#include "psci.h"
#include "string.h"

#define PPI(n) ((n) + 16)

#define ID_PFR0_THUMBEE (0xfu << 12)
#define ID_DFR0_PMU (0xfu << 24)
#define TEECR_XED 1u

CP15_REG(id_pfr0, 0, c0, c1, 0)
CP15_REG(id_dfr0, 0, c0, c1, 2)
CP15_REG(pmuserenr, 0, c9, c14, 0)

struct platform platform;

static u32 irq_or(u32 irq, u32 otherwise) { return irq ? irq : otherwise; }

bool platform_discover(u32 fdt_address) {
    struct fdt fdt;
    u32 size;
    if (!fdt_open(&fdt, linear(fdt_address)) && !fdt_open(&fdt, linear(FDT_DEFAULT))) return false;

    u32 uart = fdt_find_compatible(&fdt, "arm,pl011");
    if (!uart || !fdt_reg(&fdt, uart, 0, &platform.uart, &size)) return false;

    struct fdt_prop method;
    u32 psci = fdt_find_compatible(&fdt, "arm,psci-0.2");
    platform.psci_by_hvc =
        psci && fdt_property(&fdt, psci, "method", &method) && method.size == 4 && memcmp(method.data, "hvc", 4) == 0;

    u32 memory = fdt_find_device_type(&fdt, "memory");
    if (!memory || !fdt_reg(&fdt, memory, 0, &platform.ram_base, &platform.ram_size)) return false;

    u32 gic = fdt_find_compatible(&fdt, "arm,cortex-a15-gic");
    if (!gic) gic = fdt_find_compatible(&fdt, "arm,gic-400");
    if (!gic || !fdt_reg(&fdt, gic, 0, &platform.gicd, &size) || !fdt_reg(&fdt, gic, 1, &platform.gicc, &size))
        return false;

    // The binding's order: secure physical, non-secure physical, virtual, Hyp.
    u32 timer = fdt_find_compatible(&fdt, "arm,armv7-timer");
    platform.irq_physical_timer = irq_or(timer ? fdt_irq(&fdt, timer, 1) : 0, PPI(14));
    platform.irq_virtual_timer = irq_or(timer ? fdt_irq(&fdt, timer, 2) : 0, PPI(11));
    return platform.ram_base == RAM_PHYSICAL;
}

void platform_shut_user_registers(void) {
    u32 monitors = id_dfr0_read() & ID_DFR0_PMU;
    if (monitors && monitors != ID_DFR0_PMU) pmuserenr_write(0);
    if (id_pfr0_read() & ID_PFR0_THUMBEE) asm volatile("mcr p14, 6, %0, c0, c0, 0" ::"r"(TEECR_XED));  // TEEHBR
}

void platform_power_off(void) {
    if (platform.psci_by_hvc) psci_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
    else psci_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) wfi();
}
