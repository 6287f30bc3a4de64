// SPDX-License-Identifier: Apache-2.0
// Short descriptors, ARM DDI 0406C B3.5, and a flat map made of them.
#pragma once
#include "cp15.h"
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
#define SECTION_SHARED (1u << 16)
#define SECTION_NG (1u << 17)

#define L2_PAGE 0x2u
#define L2_XN 0x1u
#define L2_NORMAL (1u << 6 | 3u << 2)
#define L2_DEVICE (1u << 2)
#define L2_PL1 (1u << 4)
#define L2_ALL (3u << 4)
#define L2_READ_ONLY (1u << 9)
#define L2_SHARED (1u << 10)
#define L2_NG (1u << 11)

#define L2_ENTRIES 256u
#define L2_SIZE 1024u
#define L1_SIZE 16384u

#define TTBR_WALK 0x09u             // inner and outer cacheable
#define TTBR_WALK_ALLOCATING 0x48u  // and writes allocate
#define TTBR_WALK_SHARED 0x02u

#define SCTLR_TRANSLATION (1u << 0 | 1u << 2 | 1u << 11 | 1u << 12)  // M, C, Z, I

// Sections of the same address: devices below `ram`, memory from there.
static inline void map_flat(u32* level1, u32 ram, u32 ram_size, u32 device, u32 memory) {
    for (u32 mib = 0; mib < 4096; mib++) {
        u32 base = mib << 20;
        if (base < ram) level1[mib] = base | L1_SECTION | SECTION_DEVICE | device;
        else if (base < ram + ram_size) level1[mib] = base | L1_SECTION | SECTION_NORMAL | memory;
    }
}

// The MiB at `base` by pages, each with what `rights` says.
static inline void map_pages(u32* level1, u32* level2, u32 base, u32 (*rights)(u32 page)) {
    for (u32 i = 0; i < L2_ENTRIES; i++) {
        u32 page = base + i * PAGE_SIZE;
        level2[i] = page | L2_PAGE | L2_NORMAL | rights(page);
    }
    level1[base >> 20] = (u32)level2 | L1_TABLE;
}

// Translation by one table, and caches.
static inline void translation_on(u32 ttbr0) {
    ttbcr_write(0);
    ttbr0_32_write(ttbr0);
    dacr_write(1);
    dsb();
    tlbiall(0);
    iciallu(0);
    dsb();
    isb();
    sctlr_write(sctlr_read() | SCTLR_TRANSLATION);
    isb();
}
