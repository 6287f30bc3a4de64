// SPDX-License-Identifier: Apache-2.0
#include "boot/elf.h"
#include "boot/machines.h"

#define ELF_MAGIC 0x464c457fu
enum { ELF_32 = 1, ELF_LITTLE = 1, ELF_EXECUTABLE = 2, ELF_ARM = 40, ELF_LOAD = 1 };

struct elf_head {
    u32 magic;
    u8 class, data, rest[10];
    u16 type, machine;
    u32 version, entry, phoff, shoff, flags;
    u16 ehsize, phentsize, phnum;
};

struct elf_segment {
    u32 type, offset, va, pa, file_size, memory_size, flags, align;
};

bool elf_is(const struct module* module) { return module->size >= sizeof(u32) && *(const u32*)module->pa == ELF_MAGIC; }

static bool load_segment(struct vm* vm, const struct module* module, const struct elf_segment* s, u32 keep,
                         u32 keep_end) {
    if (s->file_size > s->memory_size || s->offset > module->size || s->file_size > module->size - s->offset)
        return vm_refuse(vm, "its ELF file is damaged");
    if (!vm_owns_ram(vm, s->pa) || s->memory_size > vm->ram_size - (s->pa - vm->ram_ipa))
        return vm_refuse(vm, "a segment of its ELF file lies outside its memory");
    if (s->pa < keep_end && s->pa + s->memory_size > keep)
        return vm_refuse(vm, "a segment of its ELF file lies where its RAM disk and device tree go");
    // What the file has no bytes of is zero: pages come scrubbed.
    return vm_copy(vm, s->pa, (const void*)(module->pa + s->offset), s->file_size);
}

bool elf_load(struct vm* vm, const struct module* module, u32 keep, u32 keep_end, u32* entry) {
    const struct elf_head* head = (const void*)module->pa;
    if (module->size < sizeof(*head) || head->class != ELF_32 || head->data != ELF_LITTLE || head->machine != ELF_ARM ||
        head->type != ELF_EXECUTABLE)
        return vm_refuse(vm, "its ELF file is no 32-bit little-endian ARM executable");
    u32 table = head->phnum * sizeof(struct elf_segment);
    if (head->phentsize != sizeof(struct elf_segment) || head->phoff & 3 || head->phoff > module->size ||
        table > module->size - head->phoff)
        return vm_refuse(vm, "its ELF file is damaged");
    const struct elf_segment* segment = (const void*)(module->pa + head->phoff);
    for (const struct elf_segment* s = segment; s < segment + head->phnum; s++)
        if (s->type == ELF_LOAD && s->memory_size && !load_segment(vm, module, s, keep, keep_end)) return false;
    if (!vm_owns_ram(vm, head->entry)) return vm_refuse(vm, "its ELF file's entry lies outside its memory");
    *entry = head->entry;
    return true;
}
