// SPDX-License-Identifier: Apache-2.0
// A hypervisor of two exits, for programs that start in Hyp mode: exits_hyp.S handles them, exits_tables.c maps.
#pragma once
#include "speed.h"

#define TRAPPED_DEVICE 0x0b000000u

#define BLOCK 1u
#define TABLE 3u
#define PAGE 3u
#define AF (1u << 10)
#define READ_WRITE (3u << 6)
#define SH_INNER (3u << 8)
#define ATTR_NORMAL (15u << 2)
#define ATTR_DEVICE (1u << 2)
#define S2_MEMORY (AF | READ_WRITE | SH_INNER | ATTR_NORMAL)

// The program's: how stage 2 maps the GiB at SPEED_RAM, a descriptor of level 1.
u64 exits_ram(void);

// HVC adds one to its argument.
static inline u32 exits_hypercall(u32 value) {
    register u32 r0 asm("r0") = value;
    asm volatile(".arch_extension virt\n hvc #0" : "+r"(r0)::"memory");
    return r0;
}
