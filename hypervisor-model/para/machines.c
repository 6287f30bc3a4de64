// SPDX-License-Identifier: Apache-2.0
#include "machines.h"
#include "cp15.h"
#include "irq.h"
#include "mem.h"
#include "platform.h"
#include "print.h"
#include "psr.h"
#include "space.h"
#include "string.h"

#define GIC_WINDOW 0x10000u

static bool refuse(const struct vm* vm, const char* why) {
    print("para: machine '%s' refused: %s\n", vm->name, why);
    return false;
}

static bool overlap(u32 a, u32 a_size, u32 b, u32 b_size) { return a - b < b_size || b - a < a_size; }

// Any device's registers, but not memory or the interrupt controller. The console may be given: its new owner and the
// microvisor's own lines then share it.
static bool add_passthrough(struct vm* vm, const struct para_passthrough* p, u32 index) {
    if ((p->va | p->pa | p->size) & PAGE_MASK || p->pa + p->size < p->pa || p->va < PARA_WINDOW ||
        p->va >= PARA_WINDOW_END || p->size > PARA_WINDOW_END - p->va ||
        overlap(p->pa, p->size, platform.ram_base, platform.ram_size) ||
        overlap(p->pa, p->size, platform.gicd, GIC_WINDOW) || overlap(p->pa, p->size, platform.gicc, GIC_WINDOW))
        return false;
    for (u32 done = 0; done < p->size; done += PAGE_SIZE)
        if (!space_map_fixed(vm, p->va + done, p->pa + done, true)) return false;
    return p->irq == 0 || irq_give(p->irq, vm->vcpu, index);
}

static void map_memory(struct vm* vm) {
    for (u32 mib = LINEAR >> 20; mib < 4096; mib++) vm->kernel_table[mib] = pl1_table[mib];
    for (u32 done = 0; done < vm->ram_size; done += MIB)
        vm->kernel_table[(PARA_RAM + done) >> 20] =
            (vm->ram + done) | SECTION_NORMAL | SECTION_ALL | SECTION_NG | L1_DOMAIN(DOMAIN_KERNEL) | L1_SECTION;
    cache_clean(vm->kernel_table, L1_SIZE);
}

bool vm_create(const struct para_package* package, u32 index, void (*on_hypercall)(void)) {
    const struct para_description* d = &package->vm[index];
    struct vm* vm = &vms[vm_count];
    vm->id = vm_count;
    memcpy(vm->name, d->name, VM_NAME_SIZE - 1);
    vm->ram_size = d->ram_size;
    if (d->ram_size == 0 || d->ram_size % MIB || d->ram_size > PARA_WINDOW - PARA_RAM)
        return refuse(vm, "memory is not a whole number of MiB");
    if (d->image_offset > package->size || d->image_size > package->size - d->image_offset ||
        !vm_owns(vm, d->image_gpa, d->image_size) || !vm_owns(vm, d->entry, 4))
        return refuse(vm, "image or entry lies outside its memory");

    u8* block = mem_take(2 * PAGE_SIZE, PAGE_SIZE);
    vm->kernel_table = mem_take(L1_SIZE, L1_SIZE);
    u8* ram = mem_take(vm->ram_size, MIB);
    if (!block || !vm->kernel_table || !ram) return refuse(vm, "not enough memory");
    struct para_vcpu* page = (struct para_vcpu*)(block + PAGE_SIZE);
    struct vcpu* vcpu = vm->vcpu = vcpu_of_page(page);
    vm->ram = physical(ram);
    map_memory(vm);
    if (!space_setup(vm, d->spaces, d->tables) || !space_map_fixed(vm, PARA_VCPU, physical(page), false))
        return refuse(vm, "too many spaces or too few tables");
    for (u32 i = 0; i < VM_MAX_PASSTHROUGH && d->passthrough[i].size; i++)
        if (!add_passthrough(vm, &d->passthrough[i], i)) return refuse(vm, "a passed-through device may not be given");

    u8* image = ram + (d->image_gpa - PARA_RAM);
    memcpy(image, (const u8*)package + d->image_offset, d->image_size);
    cache_clean(image, d->image_size);
    dsb();
    iciallu(0);
    bpiall(0);
    dsb();

    page->masked = 1;
    page->ram_size = vm->ram_size;
    vm->fp_on = true;
    vcpu->vm = vm;
    vcpu->ttbr1 = physical(vm->kernel_table) | TTBR_WALK;
    vcpu->state = VM_READY;
    vcpu->deadline = NEVER;
    vcpu->on_svc = vcpu->on_hypercall = on_hypercall;
    vcpu->r[0] = PARA_VCPU;
    vcpu->pc = d->entry;
    vcpu->psr = MODE_USR;
    print("para: machine %u is '%s', %u KiB\n", vm->id, vm->name, vm->ram_size / 1024);
    vm_count++;
    return true;
}
