// SPDX-License-Identifier: Apache-2.0
// The machine description table: one blob in RAM, PARA_PACKAGE_OFFSET above its base, that says which machines to make.
// Built as data (a C initialiser plus guest images); offsets count from the start of the blob.
#pragma once
#include "types.h"

#define PARA_PACKAGE_OFFSET 0x04000000u
#define PARA_PACKAGE_MAGIC 0x4b505650u  // "PVPK"
#define PARA_PACKAGE_VERSION 1u
#define VM_MAX 8
#define VM_MAX_PASSTHROUGH 2
#define VM_NAME_SIZE 16
#define CHANNEL_MAX 8

// A physical device given to one machine: its registers appear in the guest kernel's window, its interrupt as
// PARA_VIRQ_DEVICE(index).
struct para_passthrough {
    u32 va;
    u32 pa;
    u32 size;  // 0 ends the list
    u32 irq;   // SPI number, 0 for none
};

// Two machines that share a page and can raise each other's PARA_VIRQ_CHANNEL(index).
struct para_channel {
    u32 a, b;
};

struct para_description {
    char name[VM_NAME_SIZE];
    u32 image_offset;
    u32 image_size;
    u32 image_gpa;
    u32 entry;
    u32 ram_size;  // whole MiB, at PARA_RAM
    u32 spaces;    // address spaces it may have at a time
    u32 tables;    // second-level tables (1 MiB of mapped addresses each) it may have at a time
    struct para_passthrough passthrough[VM_MAX_PASSTHROUGH];
};

struct para_package {
    u32 magic;
    u32 version;
    u32 size;
    u32 tick_hz;  // scheduler ticks a second, 0 for none
    u32 channel_count;
    struct para_channel channel[CHANNEL_MAX];
    u32 vm_count;
    struct para_description vm[];
};
