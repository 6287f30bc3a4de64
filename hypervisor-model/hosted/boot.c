// SPDX-License-Identifier: Apache-2.0
// From the first C function to the first task.
#include "cp15.h"
#include "host.h"
#include "print.h"

extern const u8 image_hypervisor[], image_hypervisor_end[], image_app[], image_app_end[];

struct host_frame* boot(u32 fdt);

// What User mode reaches and no switch exchanges.
static void shut_user_registers(void) {
    platform_shut_user_registers();
    cpacr_write(0);  // VFP
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
    mem_add(physical(image_end), RAM_PHYSICAL + FILE_OFFSET);
    mem_add(RAM_PHYSICAL + FILE_OFFSET + FILE_SIZE, mem_end());
    print("host: a small kernel with tasks; one of them is a hypervisor\n");
    shut_user_registers();
    timer_init();
    start("app", image_app, image_app_end);
    start("hypervisor", image_hypervisor, image_hypervisor_end);
    return task_first();
}
