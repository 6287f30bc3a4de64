// SPDX-License-Identifier: Apache-2.0
// The program's own map, physical memory.
#pragma once
#include "layout.h"
#include "short_descriptors.h"
#include "types.h"

#define USER_L1_ENTRIES (4096u >> TTBCR_N)
#define USER_L1_SIZE (L1_SIZE >> TTBCR_N)

extern u32 pl1_table[4096];  // of TTBR1
extern u8 image_text_start[], image_text_end[], image_rodata_end[], image_end[];

static inline void* linear(u32 pa) { return (void*)(pa + LINEAR_OFFSET); }
static inline u32 physical(const void* p) { return (u32)p - LINEAR_OFFSET; }

void mem_init_early(u32 fdt);  // the device tree becomes readable
void mem_init(void);           // devices, all memory, rights of the image; TTBR0 given up to User mode
u32 mem_end(void);             // of the memory that is seen, physical

// Zeroed memory, for good. NULL when there is no more of what was added.
void mem_add(u32 start, u32 end);
void* mem_take(u32 size, u32 align);

// Walks and instruction fetches may not look into the data cache.
void cache_clean(const void* start, u32 size);
