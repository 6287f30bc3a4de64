// SPDX-License-Identifier: Apache-2.0
// From the first C function to the first guest.
#include "boot/boot.h"
#include "boot/domains.h"
#include "boot/fail.h"
#include "boot/package.h"
#include "boot/processors.h"
#include "devices/console_input.h"
#include "devices/uart_device.h"
#include "exits/enter.h"
#include "interrupts/gic.h"
#include "interrupts/timer.h"
#include "machine/platform.h"
#include "memory/hyp_mmu.h"
#include "memory/pool.h"
#include "print.h"
#include "psr.h"
#include "vcpu/gate.h"

#define READY_PAGES 1024u      // scrubbed at boot; of machines as large as those of the tree a fault scrubs the rest
#define SHARING_TICK_HZ 1000u  // among processors of one machine, which may spin for each other
// Alone as well: QEMU 7.2 forgets an interrupt that is still asserted when a list register's end deactivates it, until
// there is another one.
#define TICK_HZ 50u

extern u8 hyp_image_end[];

// Memory that is not for the pool: what the boot loader left there.
struct kept {
    u32 start, size;
};

static const struct kept* next_kept(const struct kept* kept, u32 count, u32 at) {
    const struct kept* next = NULL;
    for (const struct kept* k = kept; k < kept + count; k++)
        if (k->size && k->start + k->size > at && (!next || k->start < next->start)) next = k;
    return next;
}

static void fill_pool(const struct kept* kept, u32 count) {
    const struct kept* next;
    u32 at = (u32)hyp_image_end;
    for (; (next = next_kept(kept, count, at)) != NULL; at = next->start + next->size)
        if (next->start > at) pool_add(at, next->start);
    pool_add(at, platform.ram_base + platform.ram_size);
}

static bool boot_package(const struct vm_package* package) {
    const struct kept kept[] = {{(u32)package, package->size}, {(u32)platform.fdt.base, fdt_size(&platform.fdt)}};
    fill_pool(kept, ARRAY_SIZE(kept));
    pool_make_ready(package_pages(package));
    timer_set_tick(package->tick_hz);
    return package_make_machines(package);
}

static bool boot_domains(const struct domain* domains, u32 count) {
    struct kept kept[2 * VM_MAX + 1];
    u32 used = 0;
    kept[used++] = (struct kept){(u32)platform.fdt.base, fdt_size(&platform.fdt)};
    for (u32 i = 0; i < count; i++) {
        kept[used++] = (struct kept){domains[i].kernel.pa, domains[i].kernel.size};
        kept[used++] = (struct kept){domains[i].ramdisk.pa, domains[i].ramdisk.size};
    }
    fill_pool(kept, used);
    pool_make_ready(READY_PAGES);
    for (u32 i = 0; i < count; i++)
        if (!domain_make_machine(&domains[i])) return false;
    bool shared = false;
    for (u32 i = 0; i < cpu_count; i++) shared |= cpus[i].cpu.vcpu_count > 1;
    timer_set_tick(shared ? SHARING_TICK_HZ : TICK_HZ);
    return true;
}

static bool make_machines(void) {
    static struct domain domains[VM_MAX];
    u32 count = domains_find(domains);
    if (count) return boot_domains(domains, count);
    const struct vm_package* package = package_find();
    if (!package) boot_fail("no domain in the device tree and no VM package at 64 MiB into RAM");
    return boot_package(package);
}

void boot(u32 fdt_address, u32 mode) {
    bool complete = platform_discover(fdt_address);
    if (mode != MODE_HYP && platform.uart) boot_fail("not started in Hyp mode");
    if (!complete && platform.uart) boot_fail("the device tree lacks memory, an interrupt controller or a timer");
    if (!complete) boot_give_up();
    hyp_mmu_make();
    hyp_mmu_on();
    print("pure: a hypervisor for ARMv7-A with the Virtualization Extensions\n");

    gic_init();
    hold_leave_by(hyp_enter_guest);
    uart_tell_room(console_listen);
    cpu_init(this_cpu());
    cpu_start_others(hyp_start_other);
    if (!make_machines()) boot_fail("a machine could not be made");
    console_listen();
    cpu_release_others();
    cpu_go();
}
