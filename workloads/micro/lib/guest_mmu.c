// SPDX-License-Identifier: Apache-2.0
#include "guest.h"
#include "short_descriptors.h"

extern u8 guest_text_start[], guest_text_end[], guest_user_text_end[], guest_rodata_end[], guest_user_data_end[];

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 level2[256] __attribute__((aligned(1024), section(".bss.tables")));

static u32 page_rights(u32 page) {
    if (page < (u32)guest_text_start) return L2_SHARED | L2_PL1 | L2_XN;
    if (page < (u32)guest_text_end) return L2_SHARED | L2_PL1 | L2_READ_ONLY;
    if (page < (u32)guest_user_text_end) return L2_SHARED | L2_ALL | L2_READ_ONLY;
    if (page < (u32)guest_rodata_end) return L2_SHARED | L2_ALL | L2_READ_ONLY | L2_XN;
    if (page < (u32)guest_user_data_end) return L2_SHARED | L2_ALL | L2_XN;
    return L2_SHARED | L2_PL1 | L2_XN;
}

void guest_mmu_enable(void) {
    map_flat(level1, GUEST_RAM, 1024 * MIB, SECTION_PL1 | SECTION_XN, SECTION_SHARED | SECTION_PL1 | SECTION_XN);
    level1[GUEST_COUNTER >> 20] |= SECTION_ALL;
    map_pages(level1, level2, GUEST_RAM, page_rights);
    translation_on((u32)level1 | TTBR_WALK_ALLOCATING | TTBR_WALK_SHARED);
}
