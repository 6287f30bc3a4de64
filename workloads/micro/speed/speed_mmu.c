// SPDX-License-Identifier: Apache-2.0
#include "pl011.h"
#include "print.h"
#include "short_descriptors.h"
#include "speed.h"

extern u8 speed_text_start[], speed_text_end[], speed_rodata_end[];

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 level2[256] __attribute__((aligned(1024), section(".bss.tables")));

void putchar_raw(char c) { pl011_putc(SPEED_UART, c); }

static u32 page_rights(u32 page) {
    if (page < (u32)speed_text_end) return L2_ALL | L2_READ_ONLY;
    return page < (u32)speed_rodata_end ? L2_ALL | L2_READ_ONLY | L2_XN : L2_ALL | L2_XN;
}

void speed_mmu_enable(void) {
    map_flat(level1, SPEED_RAM, 1024 * MIB, SECTION_ALL | SECTION_XN, SECTION_ALL | SECTION_XN);
    map_pages(level1, level2, ALIGN_DOWN((u32)speed_text_start, MIB), page_rights);
    translation_on((u32)level1 | TTBR_WALK_ALLOCATING);
}
