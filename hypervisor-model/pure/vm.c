// SPDX-License-Identifier: Apache-2.0
#include "vm.h"
#include "console.h"
#include "cp15.h"
#include "fp.h"
#include "irq.h"
#include "platform.h"
#include "pool.h"
#include "print.h"
#include "sched.h"
#include "string.h"

// Where an unmodified guest expects its interrupt controller.
#define GUEST_GICD 0x08000000u
#define GUEST_GICC 0x08010000u
#define GICC_PAGES 2

struct vm vms[VM_MAX];
u32 vm_count;

static const device_access access_of_kind[] = {
    [VM_DEVICE_UART] = uart_access,
    [VM_DEVICE_COUNTER] = counter_access,
};

struct device* vm_device_at(struct vm* vm, u32 ipa) {
    for (u32 i = 0; i < vm->device_count; i++)
        if (ipa - vm->device[i].ipa < PAGE_SIZE) return &vm->device[i];
    return NULL;
}

u32 vm_ram_page(struct vm* vm, u32 ipa) {
    u32 page = stage2_lookup(&vm->stage2, ipa);
    if (page) return page;
    page = (u32)pool_take();
    if (unlikely(!page) || unlikely(!stage2_map_page(&vm->stage2, ALIGN_DOWN(ipa, PAGE_SIZE), page, STAGE2_RAM)))
        return 0;
    return page;
}

static bool refuse(const struct vm* vm, const char* why) {
    print("pure: machine '%s' refused: %s\n", vm->name, why);
    return false;
}

static bool copy_image(struct vm* vm, const u8* image, u32 ipa, u32 size) {
    while (size) {
        u32 offset = ipa & PAGE_MASK;
        u32 part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
        u32 page = vm_ram_page(vm, ipa);
        if (!page) return false;
        memcpy((void*)(page + offset), image, part);
        for (u32 line = page; line < page + PAGE_SIZE; line += 64) dccmvac(line);
        image += part, ipa += part, size -= part;
    }
    dsb();
    iciallu(0);
    dsb();
    return true;
}

static bool range_inside(u32 start, u32 size, u32 base, u32 length) {
    return start >= base && start - base <= length && size <= length - (start - base);
}

// A region for the machine may not overlap its memory or a device it has already.
static bool page_is_free(struct vm* vm, u32 ipa) {
    return !(ipa & PAGE_MASK) && !vm_owns_ram(vm, ipa) && !vm_device_at(vm, ipa) && !stage2_lookup(&vm->stage2, ipa);
}

static bool add_device(struct vm* vm, struct device device) {
    if (!page_is_free(vm, device.ipa) || (device.irq && (device.irq < 32 || device.irq >= VGIC_IRQS))) return false;
    vm->device[vm->device_count++] = device;
    return true;
}

static bool overlap(u32 a, u32 a_size, u32 b, u32 b_size) { return a - b < b_size || b - a < a_size; }

// Passed-through registers may be any device's, but not RAM, the interrupt controller or the hypervisor's console.
static bool add_passthrough(struct vm* vm, const struct vm_passthrough* p) {
    if ((p->pa | p->size) & PAGE_MASK || p->pa + p->size < p->pa ||
        overlap(p->pa, p->size, platform.ram_base, platform.ram_size) ||
        overlap(p->pa, p->size, platform.gicd, 0x10000) || overlap(p->pa, p->size, platform.gicc, 0x10000) ||
        overlap(p->pa, p->size, platform.gich, 0x10000) || overlap(p->pa, p->size, platform.gicv, 0x10000) ||
        overlap(p->pa, p->size, platform.uart, PAGE_SIZE))
        return false;
    for (u32 done = 0; done < p->size; done += PAGE_SIZE)
        if (!page_is_free(vm, p->ipa + done) ||
            !stage2_map_page(&vm->stage2, p->ipa + done, p->pa + done, STAGE2_DEVICE))
            return false;
    return p->irq == 0 || irq_give(p->irq, &vm->vcpu);
}

bool vm_create(const struct vm_package* package, u32 index) {
    const struct vm_description* d = &package->vm[index];
    struct vm* vm = &vms[vm_count];
    memset(vm, 0, sizeof(*vm));
    vm->id = vm_count;
    memcpy(vm->name, d->name, VM_NAME_SIZE - 1);
    vm->ram_ipa = d->ram_ipa;
    vm->ram_size = d->ram_size;

    if ((d->ram_ipa | d->ram_size) & PAGE_MASK || d->ram_size == 0 || d->ram_ipa + d->ram_size < d->ram_ipa)
        return refuse(vm, "memory is not a whole number of pages");
    if (overlap(d->ram_ipa, d->ram_size, GUEST_GICD, PAGE_SIZE) ||
        overlap(d->ram_ipa, d->ram_size, GUEST_GICC, GICC_PAGES * PAGE_SIZE))
        return refuse(vm, "memory lies over its interrupt controller");
    if (!range_inside(d->image_offset, d->image_size, 0, package->size) ||
        !range_inside(d->image_ipa, d->image_size, d->ram_ipa, d->ram_size) || !vm_owns_ram(vm, d->entry_ipa))
        return refuse(vm, "image or entry lies outside its memory");
    if (!stage2_create(&vm->stage2, vm->id + 1)) return refuse(vm, "no memory for its tables");

    add_device(vm, (struct device){.ipa = GUEST_GICD, .access = gicd_access});
    for (u32 i = 0; i < GICC_PAGES; i++)
        if (!stage2_map_page(&vm->stage2, GUEST_GICC + i * PAGE_SIZE, platform.gicv + i * PAGE_SIZE, STAGE2_DEVICE))
            return refuse(vm, "no memory for its tables");

    vcpu_reset(&vm->vcpu, vm, d->entry_ipa);
    vgic_forward(&vm->vcpu.vgic, platform.irq_virtual_timer);

    for (u32 i = 0; i < VM_MAX_DEVICES && d->device[i].kind != VM_DEVICE_NONE; i++) {
        const struct vm_device* v = &d->device[i];
        if (v->kind >= ARRAY_SIZE(access_of_kind) ||
            !add_device(vm, (struct device){v->ipa, v->flags, v->irq, access_of_kind[v->kind]}))
            return refuse(vm, "a device is unknown or overlaps");
    }
    for (u32 i = 0; i < VM_MAX_PASSTHROUGH && d->passthrough[i].size; i++)
        if (!add_passthrough(vm, &d->passthrough[i])) return refuse(vm, "a passed-through device may not be given");
    if (!copy_image(vm, (const u8*)package + d->image_offset, d->image_ipa, d->image_size))
        return refuse(vm, "no memory for its image");

    print("pure: machine %u is '%s', %u KiB at %x\n", vm->id, vm->name, vm->ram_size / 1024, vm->ram_ipa);
    vm_count++;
    return true;
}

void vm_stop(struct vm* vm) {
    console_flush(vm);
    print("pure: machine '%s' is off\n", vm->name);
    cntv_ctl_write(0);
    vm->vcpu.state = VCPU_OFF;
    fp_forget(&vm->vcpu);
    irq_take_back(&vm->vcpu);
    stage2_destroy(&vm->stage2, vm->ram_ipa, vm->ram_size);
    sched_next();
}
