// SPDX-License-Identifier: Apache-2.0
// A virtual machine: its address space, its devices, its virtual processors.
#pragma once
#include "machine/device.h"
#include "machine/interrupt_state.h"
#include "machine/vcpu.h"
#include "machine/vm_package.h"

#define CONSOLE_LINE 240

// Where an unmodified guest expects its interrupt controller.
#define VM_GICD 0x08000000u
#define VM_GICC 0x08010000u
#define VM_GICC_PAGES 2

// Second-stage translation: the intermediate addresses' way to memory.
struct stage2 {
    u64* root;  // level 1, four entries
    u32 vmid;
};

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

static inline bool vm_owns_ram(const struct vm* vm, u32 ipa) { return ipa - vm->ram_ipa < vm->ram_size; }
