// SPDX-License-Identifier: Apache-2.0
// Console, memory and power switch, as the device tree has them.
#include "cp15.h"
#include "fdt.h"
#include "host.h"
#include "pl011.h"
#include "print.h"
#include "psci.h"
#include "string.h"

struct platform platform;

bool platform_discover(u32 fdt_address) {
    struct fdt fdt;
    u32 base, size;
    if (!fdt_open(&fdt, linear(fdt_address)) && !fdt_open(&fdt, linear(FDT_DEFAULT))) return false;

    u32 uart = fdt_find_compatible(&fdt, "arm,pl011");
    if (!uart || !fdt_reg(&fdt, uart, 0, &platform.uart, &size)) return false;

    struct fdt_prop method;
    u32 psci = fdt_find_compatible(&fdt, "arm,psci-0.2");
    platform.psci_by_hvc =
        psci && fdt_property(&fdt, psci, "method", &method) && method.size == 4 && memcmp(method.data, "hvc", 4) == 0;

    u32 memory = fdt_find_device_type(&fdt, "memory");
    return memory && fdt_reg(&fdt, memory, 0, &base, &platform.ram_size) && base == RAM_PHYSICAL;
}

void platform_power_off(void) {
    if (platform.psci_by_hvc)
        psci_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
    else
        psci_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
    for (;;) wfi();
}

void putchar_raw(char c) { pl011_putc(DEVICE_UART + (platform.uart & 0xfffff), c); }
