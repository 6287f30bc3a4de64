// SPDX-License-Identifier: Apache-2.0
// The device tree of a machine, for a guest that learns everything from it: the machine is a smaller `virt`.
#pragma once
#include "types.h"

#define GUEST_TREE_RAM 0x40000000u
#define GUEST_TREE_UART 0x09000000u
#define GUEST_TREE_UART_IRQ 33u
#define GUEST_TREE_ROOM 4096u

struct vm;

struct guest_tree {
    const char* bootargs;  // may be NULL
    u32 ramdisk, ramdisk_size;
};

// Writes at most GUEST_TREE_ROOM bytes; returns how many, 0 when that was too little.
u32 guest_tree_write(const struct vm* vm, const struct guest_tree* contents, void* blob);
