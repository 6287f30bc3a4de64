// SPDX-License-Identifier: Apache-2.0
// The VM description table: one blob in RAM that says which virtual machines to make. It is built as data (a C
// initialiser plus guest images) and loaded beside the hypervisor, at VM_PACKAGE_OFFSET from the base of RAM.
// Every offset counts from the start of the blob, so the blob may be moved.
#pragma once
#include "types.h"

#define VM_PACKAGE_OFFSET 0x04000000u
#define VM_PACKAGE_MAGIC 0x4b504d56u  // "VMPK"
#define VM_PACKAGE_VERSION 2u
#define VM_MAX 8
#define VM_PROCESSORS_MAX 4
#define VM_MAX_DEVICES 6
#define VM_MAX_PASSTHROUGH 2
#define VM_NAME_SIZE 16

enum vm_device_kind {
    VM_DEVICE_NONE,
    VM_DEVICE_UART,     // a PL011 on the hypervisor's console; it receives when it has an interrupt
    VM_DEVICE_COUNTER,  // counter, doorbell and scratch registers, shared by all machines that list it
};

// Emulate by fetching and decoding the guest's instruction even where the syndrome describes the access.
#define VM_DEVICE_DECODE (1u << 0)

struct vm_device {
    u32 kind;
    u32 ipa;  // page aligned; a device occupies one page
    u32 flags;
    u32 irq;  // interrupt the device raises in its machine, 0 for none
};

// A physical device given to one machine: its registers mapped, its interrupt forwarded by list register.
struct vm_passthrough {
    u32 ipa;
    u32 pa;
    u32 size;  // 0 ends the list
    u32 irq;   // physical and virtual SPI number, 0 for none
};

struct vm_description {
    char name[VM_NAME_SIZE];
    u32 image_offset;
    u32 image_size;
    u32 image_ipa;
    u32 entry_ipa;
    u32 ram_ipa;
    u32 ram_size;
    u32 processors;  // 0 is 1; those after the first are off until PSCI CPU_ON
    struct vm_device device[VM_MAX_DEVICES];
    struct vm_passthrough passthrough[VM_MAX_PASSTHROUGH];
};

struct vm_package {
    u32 magic;
    u32 version;
    u32 size;
    u32 tick_hz;  // scheduler ticks a second, 0 for none: machines then run until they yield, wait or stop
    u32 vm_count;
    struct vm_description vm[];
};
