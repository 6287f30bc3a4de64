// SPDX-License-Identifier: Apache-2.0
// From the first C function to the first task.
#include "cp15.h"
#include "fdt.h"
#include "host.h"
#include "print.h"

#define TEECR_XED 1u
#define ID_PFR0_THUMBEE (0xfu << 12)
#define ID_DFR0_PMU (0xfu << 24)

CP15_REG(id_pfr0, 0, c0, c1, 0)
CP15_REG(id_dfr0, 0, c0, c1, 2)
CP15_REG(pmuserenr, 0, c9, c14, 0)

extern const u8 image_hypervisor[], image_hypervisor_end[], image_app[], image_app_end[];

struct host_frame* boot(u32 fdt);

// What User mode reaches and no switch exchanges.
static void shut_user_registers(void) {
    u32 monitors = id_dfr0_read() & ID_DFR0_PMU;
    if (monitors && monitors != ID_DFR0_PMU) pmuserenr_write(0);
    if (id_pfr0_read() & ID_PFR0_THUMBEE) asm volatile("mcr p14, 6, %0, c0, c0, 0" ::"r"(TEECR_XED));  // TEEHBR
    cpacr_write(0);                                                                                    // VFP
    tpidruro_write(0);
    isb();
}

static void start(const char* name, const u8* image, const u8* end) {
    if (task_create(name, (const struct task_image*)image, (u32)(end - image))) return;
    print("host: task '%s' could not be made\n", name);
    platform_power_off();
}

struct host_frame* boot(u32 fdt) {
    mem_init_early(fdt ? fdt : FDT_DEFAULT);
    if (!platform_discover(fdt ? fdt : FDT_DEFAULT)) platform_power_off();
    mem_init();
    print("host: a small kernel with tasks; one of them is a hypervisor\n");
    shut_user_registers();
    start("app", image_app, image_app_end);
    start("hypervisor", image_hypervisor, image_hypervisor_end);
    return task_first();
}
