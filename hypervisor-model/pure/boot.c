// SPDX-License-Identifier: Apache-2.0
// From the first C function to the first guest.
#include "boot.h"
#include "cp15.h"
#include "gic.h"
#include "hyp_mmu.h"
#include "irq.h"
#include "platform.h"
#include "pool.h"
#include "print.h"
#include "sched.h"
#include "timer.h"
#include "vm.h"
#include "world.h"

#define TABLE_PAGES_PER_VM 16
#define VM_DESCRIPTIONS_FIT(p) ((p)->size >= sizeof(*(p)) + (p)->vm_count * sizeof((p)->vm[0]))

extern u8 hyp_image_end[];

static void stop(const char* why) __attribute__((noreturn));
static void stop(const char* why) {
    print("pure: %s\n", why);
    platform_power_off();
}

static const struct vm_package* find_package(void) {
    const struct vm_package* package = (const void*)(platform.ram_base + VM_PACKAGE_OFFSET);
    if (platform.ram_size <= VM_PACKAGE_OFFSET + sizeof(*package) || package->magic != VM_PACKAGE_MAGIC)
        stop("no VM package at 64 MiB into RAM");
    if (package->version != VM_PACKAGE_VERSION) stop("the VM package is of another version");
    if (package->vm_count == 0 || package->vm_count > VM_MAX || !VM_DESCRIPTIONS_FIT(package) ||
        package->size > platform.ram_size - VM_PACKAGE_OFFSET)
        stop("the VM package is damaged");
    return package;
}

// As many pages as the machines may come to need, from the RAM below the package and then from that above it. The
// device tree has done its work by now, yet stays whole: it lies outside both.
static void fill_pool(const struct vm_package* package) {
    u32 pages = 0;
    for (u32 i = 0; i < package->vm_count; i++) pages += package->vm[i].ram_size / PAGE_SIZE + TABLE_PAGES_PER_VM;
    u32 end = (u32)package + package->size, ram_end = platform.ram_base + platform.ram_size;
    pages -= pool_add((u32)hyp_image_end, (u32)package, pages);
    pool_add(end, ram_end, pages);
}

void boot(u32 fdt_address, u32 mode) {
    bool complete = platform_discover(fdt_address);
    if (mode != MODE_HYP && platform.uart) stop("not started in Hyp mode");
    if (!complete) platform_power_off();
    hyp_mmu_enable();
    print("pure: a hypervisor for ARMv7-A with the Virtualization Extensions\n");

    const struct vm_package* package = find_package();
    gic_init();
    irq_init();
    vgic_init_hardware();
    world_init_hardware();
    timer_init(package->tick_hz);
    fill_pool(package);
    for (u32 i = 0; i < package->vm_count; i++)
        if (!vm_create(package, i)) stop("a machine could not be made");
    sched_start();
    hyp_enter_guest();
}

void hyp_panic(u32 cause, u32 pc, u32 cpsr) {
    static const char* const names[] = {"?", "undefined instruction", "HVC", "prefetch abort", "data abort"};
    print("pure: %s in Hyp mode at %x, CPSR %x, HSR %x, HDFAR %x\n", names[cause < ARRAY_SIZE(names) ? cause : 0], pc,
          cpsr, hsr_read(), hdfar_read());
    platform_power_off();
}
