// SPDX-License-Identifier: Apache-2.0
// A virtual machine: its address space, its devices, its one virtual processor.
#pragma once
#include "device.h"
#include "stage2.h"
#include "vcpu.h"
#include "vm_package.h"

#define CONSOLE_LINE 120

struct vm {
    u32 id;
    char name[VM_NAME_SIZE];
    u32 ram_ipa, ram_size;
    struct stage2 stage2;
    struct device device[DEVICE_MAX];
    u32 device_count;
    struct vcpu vcpu;
    char line[CONSOLE_LINE];
    u32 line_length;
};

extern struct vm vms[VM_MAX];
extern u32 vm_count;

// Make the machine a description asks for. False, with a line on the console, when the description is wrong or memory
// runs out.
bool vm_create(const struct vm_package* package, u32 index);
// Stop the calling machine for good, and run another.
void vm_stop(struct vm* vm);

static inline bool vm_owns_ram(const struct vm* vm, u32 ipa) { return ipa - vm->ram_ipa < vm->ram_size; }
// The page at a RAM address, allocated when it was never touched; 0 when memory ran out.
u32 vm_ram_page(struct vm* vm, u32 ipa);
struct device* vm_device_at(struct vm* vm, u32 ipa);
