// SPDX-License-Identifier: Apache-2.0
// Short descriptors (ARM DDI 0406C B3.5), the program's own map, physical memory.
#pragma once
#include "layout.h"
#include "types.h"

#define MIB (1u << 20)

#define L1_TABLE 0x1u
#define L1_SECTION 0x2u
#define L1_DOMAIN(d) ((u32)(d) << 5)
#define L1_DOMAIN_MASK (0xfu << 5)
#define L1_ADDRESS 0xfffffc00u
#define SECTION_XN (1u << 4)
#define SECTION_NORMAL (1u << 12 | 3u << 2)  // write-back, write-allocate
#define SECTION_DEVICE (1u << 2)
#define SECTION_PL1 (1u << 10)
#define SECTION_ALL (3u << 10)  // both privilege levels; the domain decides
#define SECTION_NG (1u << 17)

#define L2_PAGE 0x2u
#define L2_XN 0x1u
#define L2_NORMAL (1u << 6 | 3u << 2)
#define L2_DEVICE (1u << 2)
#define L2_PL1 (1u << 4)
#define L2_ALL (3u << 4)
#define L2_READ_ONLY (1u << 9)
#define L2_NG (1u << 11)

#define TTBR_WALK 0x09u  // inner and outer cacheable
#define L2_ENTRIES 256u
#define L2_SIZE 1024u
#define L1_SIZE 16384u
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
