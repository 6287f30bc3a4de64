// SPDX-License-Identifier: Apache-2.0
#include "boot/machines.h"
#include "boot/guest_interface.h"
#include "cp15.h"
#include "devices/device.h"
#include "devices/distributor.h"
#include "devices/uart_device.h"
#include "interrupts/irq.h"
#include "interrupts/vgic.h"
#include "machine/platform.h"
#include "memory/pool.h"
#include "memory/stage2.h"
#include "memory/translation.h"
#include "print.h"
#include "string.h"
#include "vcpu/vcpu.h"

static const device_access access_of_kind[] = {
    [VM_DEVICE_UART] = uart_access,
    [VM_DEVICE_COUNTER] = counter_access,
};

bool vm_refuse(const struct vm* vm, const char* why) {
    print("pure: machine '%s' refused: %s\n", vm->name, why);
    return false;
}

// The guest may look at the page with its caches off.
static void clean_page(u32 page) {
    for (u32 line = page; line < page + PAGE_SIZE; line += 64) dccmvac(line);
}

static void loaded(void) {
    dsb();
    iciallu(0);
    dsb();
}

static bool range_inside(u32 start, u32 size, u32 base, u32 length) {
    return start >= base && start - base <= length && size <= length - (start - base);
}

bool vm_copy(struct vm* vm, u32 ipa, const void* data, u32 size) {
    if (!range_inside(ipa, size, vm->ram_ipa, vm->ram_size)) return vm_refuse(vm, "image lies outside its memory");
    for (const u8* from = data; size;) {
        u32 offset = ipa & PAGE_MASK;
        u32 part = PAGE_SIZE - offset < size ? PAGE_SIZE - offset : size;
        u32 page = vm_ram_page(vm, ipa);
        if (!page) return vm_refuse(vm, "no memory for its image");
        memcpy((void*)(page + offset), from, part);
        clean_page(page);
        from += part, ipa += part, size -= part;
    }
    loaded();
    return true;
}

bool vm_give(struct vm* vm, u32 ipa, u32 pa, u32 size) {
    if ((ipa | pa) & PAGE_MASK) return vm_refuse(vm, "a module does not begin with a page");
    if (!range_inside(ipa, size, vm->ram_ipa, vm->ram_size))
        return vm_refuse(vm, "a module does not fit into its memory");
    for (u32 done = 0; done < size; done += PAGE_SIZE) {
        u32 page = pa + done, left = size - done;
        if (left < PAGE_SIZE) memset((void*)(page + left), 0, PAGE_SIZE - left);
        clean_page(page);
        if (!stage2_map_page(&vm->stage2, ipa + done, page, STAGE2_RAM))
            return vm_refuse(vm, "no memory for its tables");
    }
    loaded();
    return true;
}

// A region for the machine may not overlap its memory or a device it has already.
static bool page_is_free(struct vm* vm, u32 ipa) {
    return !(ipa & PAGE_MASK) && !vm_owns_ram(vm, ipa) && !vm_device_at(vm, ipa) && !stage2_lookup(&vm->stage2, ipa);
}

static bool add_device(struct vm* vm, struct device device) {
    if (!page_is_free(vm, device.ipa) || (device.irq && (device.irq < 32 || device.irq >= VGIC_IRQS))) return false;
    uart_reset(&device.uart);
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
    return p->irq == 0 || irq_give(p->irq, vm);
}

static bool make_interface(struct vm* vm) {
    add_device(vm, (struct device){.ipa = VM_GICD, .access = gicd_access});
    if (!guest_interface_give(vm, add_device)) return false;
    for (u32 i = 0; i < vm->vcpu_count; i++) {
        vcpu_create(&vm->vcpu[i], vm, i);
        vgic_forward(&vm->vcpu[i].vgic, platform.irq_virtual_timer);
    }
    distributor_create(vm);
    return true;
}

static bool make(struct vm* vm, const struct vm_description* d) {
    if ((d->ram_ipa | d->ram_size) & PAGE_MASK || d->ram_size == 0 || d->ram_ipa + d->ram_size < d->ram_ipa)
        return vm_refuse(vm, "memory is not a whole number of pages");
    if (overlap(d->ram_ipa, d->ram_size, VM_GICD, PAGE_SIZE) ||
        overlap(d->ram_ipa, d->ram_size, VM_GICC, VM_GICC_PAGES * PAGE_SIZE))
        return vm_refuse(vm, "memory lies over its interrupt controller");
    if (vm->vcpu_count > VM_PROCESSORS_MAX) return vm_refuse(vm, "it has too many processors");
    const char* untranslatable = translation_create(vm);
    if (untranslatable) return vm_refuse(vm, untranslatable);
    if (!stage2_create(&vm->stage2, vm->id + 1) || !make_interface(vm))
        return vm_refuse(vm, "no memory for its tables");
    for (u32 i = 0; i < VM_MAX_DEVICES && d->device[i].kind != VM_DEVICE_NONE; i++) {
        const struct vm_device* v = &d->device[i];
        if (v->kind >= ARRAY_SIZE(access_of_kind) ||
            !add_device(vm, (struct device){v->ipa, v->flags, v->irq, access_of_kind[v->kind], {0}}))
            return vm_refuse(vm, "a device is unknown or overlaps");
    }
    for (u32 i = 0; i < VM_MAX_PASSTHROUGH && d->passthrough[i].size; i++)
        if (!add_passthrough(vm, &d->passthrough[i])) return vm_refuse(vm, "a passed-through device may not be given");
    return true;
}

struct vm* vm_create(const struct vm_description* d) {
    struct vm* vm = &vms[vm_count];
    memset(vm, 0, sizeof(*vm));
    vm->id = vm_count;
    memcpy(vm->name, d->name, VM_NAME_SIZE - 1);
    vm->ram_ipa = d->ram_ipa;
    vm->ram_size = d->ram_size;
    vm->vcpu_count = d->processors ? d->processors : 1;
    vm->time_offset = cntpct_read();  // virtual time starts with the machine
    return make(vm, d) ? vm : NULL;
}

// The registers of the Linux boot protocol: r0 = 0, r1 = machine type, r2 = device tree.
void vm_start(struct vm* vm, u32 entry, u32 fdt_ipa) {
    struct vcpu* vcpu = &vm->vcpu[0];
    vcpu_reset(vcpu, entry, 0);
    vcpu->r[1] = ~0u;
    vcpu->r[2] = fdt_ipa;
    vcpu->state = VCPU_READY;
    vm->on = true;
    vm_count++;
    print("pure: machine %u is '%s', %u KiB at %x\n", vm->id, vm->name, vm->ram_size / 1024, vm->ram_ipa);
}
