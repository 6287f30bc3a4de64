// SPDX-License-Identifier: Apache-2.0
// A virtual machine: its address space, its devices, its virtual processors.
#pragma once
#include "boot/vm_package.h"
#include "devices/device.h"
#include "interrupts/distributor.h"
#include "memory/stage2.h"
#include "vcpu/vcpu.h"

#define CONSOLE_LINE 240

// Where an unmodified guest expects its interrupt controller.
#define VM_GICD 0x08000000u
#define VM_GICC 0x08010000u
#define VM_GICC_PAGES 2

struct vm {
    u32 id;
    char name[VM_NAME_SIZE];
    bool on;
    u32 ram_ipa, ram_size;
    u64 time_offset;  // of its virtual count
    struct stage2 stage2;
    struct distributor distributor;
    struct device device[DEVICE_MAX];
    u32 device_count;
    struct vcpu vcpu[VM_PROCESSORS_MAX];
    u32 vcpu_count;
    char line[CONSOLE_LINE];
    u32 line_length;
};

extern struct vm vms[VM_MAX];
extern u32 vm_count;

// Making a machine: as its description says, with nothing in its memory; then what is in it; then it is ready to run.
// NULL or false, with a line on the console, when the description is wrong or memory runs out.
struct vm* vm_create(const struct vm_description* description);
bool vm_copy(struct vm* vm, u32 ipa, const void* data, u32 size);
// Pages of physical memory become the machine's, as they are but for what lies behind `size` in the last one.
bool vm_give(struct vm* vm, u32 ipa, u32 pa, u32 size);
void vm_start(struct vm* vm, u32 entry, u32 fdt_ipa);
bool vm_refuse(const struct vm* vm, const char* why);  // false

// Stop the calling machine for good, and run another; the last one powers the machine off.
void vm_stop(struct vm* vm) NORETURN;

static inline bool vm_owns_ram(const struct vm* vm, u32 ipa) { return ipa - vm->ram_ipa < vm->ram_size; }
// The page at a RAM address, allocated when it was never touched; 0 when memory ran out. The caller has the lock.
u32 vm_ram_page(struct vm* vm, u32 ipa);
struct device* vm_device_at(struct vm* vm, u32 ipa);
