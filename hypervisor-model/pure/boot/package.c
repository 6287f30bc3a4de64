// SPDX-License-Identifier: Apache-2.0
#include "boot/package.h"
#include "boot/fail.h"
#include "boot/machines.h"
#include "machine/platform.h"

#define TABLE_PAGES_PER_VM 16
#define DESCRIPTIONS_FIT(p) ((p)->size >= sizeof(*(p)) + (p)->vm_count * sizeof((p)->vm[0]))

const struct vm_package* package_find(void) {
    const struct vm_package* package = (const void*)(platform.ram_base + VM_PACKAGE_OFFSET);
    if (platform.ram_size <= VM_PACKAGE_OFFSET + sizeof(*package) || package->magic != VM_PACKAGE_MAGIC) return NULL;
    if (package->version != VM_PACKAGE_VERSION) boot_fail("the VM package is of another version");
    if (package->vm_count == 0 || package->vm_count > VM_MAX || !DESCRIPTIONS_FIT(package) ||
        package->size > platform.ram_size - VM_PACKAGE_OFFSET)
        boot_fail("the VM package is damaged");
    return package;
}

u32 package_pages(const struct vm_package* package) {
    u32 pages = 0;
    for (u32 i = 0; i < package->vm_count; i++) pages += package->vm[i].ram_size / PAGE_SIZE + TABLE_PAGES_PER_VM;
    return pages;
}

static bool make_machine(const struct vm_package* package, const struct vm_description* d) {
    struct vm* vm = vm_create(d);
    if (!vm) return false;
    bool inside = d->image_offset <= package->size && d->image_size <= package->size - d->image_offset;
    if (!inside || !vm_owns_ram(vm, d->entry_ipa)) return vm_refuse(vm, "image or entry lies outside its memory");
    if (!vm_copy(vm, d->image_ipa, (const u8*)package + d->image_offset, d->image_size)) return false;
    vm_start(vm, d->entry_ipa, 0);
    return true;
}

bool package_make_machines(const struct vm_package* package) {
    for (u32 i = 0; i < package->vm_count; i++)
        if (!make_machine(package, &package->vm[i])) return false;
    return true;
}
