// SPDX-License-Identifier: Apache-2.0
#include "pages.h"
#include "short_descriptors.h"

static u32 tables[PAGES_MIB][L2_ENTRIES] __attribute__((aligned(L2_SIZE), section(".bss.tables")));

static u32 page_rights(u32 page) {
    (void)page;
    return L2_ALL | L2_XN;
}

void pages_map(void) {
    u32* const level1 = (u32*)(ttbr0_32_read() & ~(L1_SIZE - 1));
    for (u32 i = 0; i < PAGES_MIB; i++) map_pages(level1, tables[i], PAGES_BASE + i * MIB, page_rights);
    dsb();
    tlbiall(0);
    dsb();
    isb();
}

void pages_fill(void) {
    for (u32 i = 0; i < PAGES_BYTES; i += 4) *(u32*)(PAGES_BASE + i) = i * 2654435761u;
}
