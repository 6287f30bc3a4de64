// SPDX-License-Identifier: Apache-2.0
#include "boot/domains.h"
#include "boot/elf.h"
#include "boot/fail.h"
#include "boot/guest_tree.h"
#include "boot/machines.h"
#include "machine/platform.h"
#include "string.h"

// What an unmodified Linux is used to: zImage, or a raw image, 64 KiB into RAM and entered there, RAM disk in its
// middle or 128 MiB up, then the tree. An ELF file says itself where it goes.
#define KERNEL_OFFSET 0x10000u
#define RAMDISK_OFFSET_MAX (128u << 20)

static u32 node_cell(u32 node, const char* name, u32 index) {
    struct fdt_prop prop;
    return fdt_property(&platform.fdt, node, name, &prop) ? fdt_cell(&prop, index) : 0;
}

static struct module find_module(u32 domain, const char* compatible) {
    const struct fdt* fdt = &platform.fdt;
    struct module module = {0, 0, NULL};
    u32 node = fdt_next_compatible(fdt, domain, compatible);
    if (!node || node >= fdt_node_end(fdt, domain) || !fdt_reg(fdt, node, 0, &module.pa, &module.size)) return module;
    module.bootargs = fdt_text(fdt, node, "bootargs");
    return module;
}

static void read_domain(u32 node, struct domain* domain) {
    struct vm_description* d = &domain->description;
    memset(domain, 0, sizeof(*domain));
    const char* name = fdt_name(&platform.fdt, node);
    memcpy(d->name, name, strnlen(name, VM_NAME_SIZE - 1));
    d->ram_ipa = GUEST_TREE_RAM;
    d->ram_size = node_cell(node, "memory", 1) << 10;  // in KiB
    d->processors = node_cell(node, "cpus", 0);
    d->device[0] = (struct vm_device){VM_DEVICE_UART, GUEST_TREE_UART, 0, GUEST_TREE_UART_IRQ};
    domain->kernel = find_module(node, "multiboot,kernel");
    domain->ramdisk = find_module(node, "multiboot,ramdisk");
}

extern u8 hyp_image_end[];

// In memory, behind the hypervisor. The tree's word is taken for what it is not over.
static bool in_memory(const struct module* module) {
    u32 from = (u32)hyp_image_end, end = platform.ram_base + platform.ram_size;
    return module->size == 0 || (module->pa >= from && module->pa < end && module->size <= end - module->pa);
}

u32 domains_find(struct domain* domains) {
    u32 count = 0;
    for (u32 node = 0; (node = fdt_next_compatible(&platform.fdt, node, "xen,domain")) != 0;) {
        if (count == VM_MAX) boot_fail("the device tree has too many domains");
        struct domain* domain = &domains[count++];
        read_domain(node, domain);
        if (domain->kernel.size == 0) boot_fail("a domain of the device tree has no kernel");
        if (!in_memory(&domain->kernel) || !in_memory(&domain->ramdisk))
            boot_fail("a module of the device tree lies outside memory or over the hypervisor");
    }
    return count;
}

// gzip, U-Boot's uImage and FIT, and Linux for AArch64: what a boot loader would have to unwrap, or nobody can run
// here.
static const char* unfit(const struct module* module) {
    const u32* words = (const void*)module->pa;
    if (module->size < 0x40) return NULL;
    if ((words[0] & 0xffff) == 0x8b1f) return "its kernel is compressed by gzip";
    if (words[0] == 0x56190527) return "its kernel is packed as a uImage";
    if (words[0] == 0xedfe0dd0) return "its kernel is packed as a FIT image";
    if (words[0x38 / 4] == 0x644d5241) return "its kernel is for AArch64";
    return NULL;
}

// A zImage or raw image, or an ELF file's segments. `keep`: where RAM disk and tree go.
static bool give_kernel(struct vm* vm, const struct module* kernel, u32 keep, u32 keep_end, u32* entry) {
    const char* why = unfit(kernel);
    if (why) return vm_refuse(vm, why);
    if (elf_is(kernel)) return elf_load(vm, kernel, keep, keep_end, entry);
    *entry = vm->ram_ipa + KERNEL_OFFSET;
    if (kernel->size > keep - *entry) return vm_refuse(vm, "its memory is too small for its kernel");
    return vm_give(vm, *entry, kernel->pa, kernel->size);
}

bool domain_make_machine(const struct domain* domain) {
    static u32 blob[GUEST_TREE_ROOM / sizeof(u32)];
    struct vm* vm = vm_create(&domain->description);
    if (!vm) return false;
    u32 middle = vm->ram_size / 2 < RAMDISK_OFFSET_MAX ? ALIGN_DOWN(vm->ram_size / 2, PAGE_SIZE) : RAMDISK_OFFSET_MAX;
    u32 ramdisk = vm->ram_ipa + middle, tree = ALIGN_UP(ramdisk + domain->ramdisk.size, PAGE_SIZE), entry;
    if (middle <= KERNEL_OFFSET) return vm_refuse(vm, "its memory is too small for a kernel");

    struct guest_tree contents = {domain->kernel.bootargs, ramdisk, domain->ramdisk.size};
    u32 size = guest_tree_write(vm, &contents, blob);
    if (size == 0) return vm_refuse(vm, "its device tree has no room for its command line");
    if (!give_kernel(vm, &domain->kernel, ramdisk, tree + size, &entry) ||
        !vm_give(vm, ramdisk, domain->ramdisk.pa, domain->ramdisk.size) || !vm_copy(vm, tree, blob, size))
        return false;
    vm_start(vm, entry, tree);
    return true;
}
