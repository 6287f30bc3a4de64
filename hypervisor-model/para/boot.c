// SPDX-License-Identifier: Apache-2.0
// From the first C function to the first guest.
#include "boot.h"
#include "channels.h"
#include "fp.h"
#include "irq.h"
#include "machines.h"
#include "mem.h"
#include "platform.h"
#include "print.h"
#include "sched.h"
#include "timer.h"

static void stop(const char* why) __attribute__((noreturn));
static void stop(const char* why) {
    print("para: %s\n", why);
    platform_power_off();
}

static const struct para_package* find_package(void) {
    const u32 at = RAM_PHYSICAL + PARA_PACKAGE_OFFSET;
    const struct para_package* package = linear(at);
    u32 room = mem_end() - RAM_PHYSICAL;
    if (room <= PARA_PACKAGE_OFFSET + sizeof(*package) || package->magic != PARA_PACKAGE_MAGIC)
        stop("no VM package at 64 MiB into RAM");
    if (package->version != PARA_PACKAGE_VERSION) stop("the VM package is of another version");
    if (package->vm_count == 0 || package->vm_count > VM_MAX || package->channel_count > CHANNEL_MAX ||
        package->size < sizeof(*package) + package->vm_count * sizeof(package->vm[0]) ||
        package->size > room - PARA_PACKAGE_OFFSET)
        stop("the VM package is damaged");
    return package;
}

void boot(u32 fdt_address) {
    mem_init_early(fdt_address ? fdt_address : FDT_DEFAULT);
    if (!platform_discover(fdt_address ? fdt_address : FDT_DEFAULT)) platform_power_off();
    mem_init();
    print("para: a microvisor for ARMv7-A without the Virtualization Extensions\n");

    const struct para_package* package = find_package();
    mem_add(physical(image_end), physical(package));
    mem_add(physical(package) + package->size, mem_end());
    platform_shut_user_registers();
    irq_init();
    fp_init();
    for (u32 i = 0; i < package->vm_count; i++)
        if (!vm_create(package, i, svc_hypercall)) stop("a machine could not be made");
    for (u32 i = 0; i < package->channel_count; i++)
        if (!channel_create(&package->channel[i])) stop("a channel could not be made");
    timer_init(package->tick_hz);
    sched_start();
}
