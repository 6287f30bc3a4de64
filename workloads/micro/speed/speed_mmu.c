// SPDX-License-Identifier: Apache-2.0
#include "cp15.h"
#include "pl011.h"
#include "print.h"
#include "speed.h"

#define SECTION 0x2u
#define SECTION_XN (1u << 4)
#define SECTION_ANY (3u << 10)  // kernel and user may read and write
#define SECTION_NORMAL (1u << 12 | 3u << 2)
#define SECTION_DEVICE (1u << 2)
#define TABLE 0x1u
#define PAGE 0x2u
#define PAGE_XN 0x1u
#define PAGE_NORMAL (1u << 6 | 3u << 2)
#define PAGE_RW (3u << 4)
#define PAGE_RO (1u << 9 | 3u << 4)
#define TTBR_WALK_WB (1u << 6 | 1u << 3)
#define SCTLR_ON (1u << 0 | 1u << 2 | 1u << 11 | 1u << 12)

extern u8 speed_text_start[], speed_text_end[], speed_rodata_end[];

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 level2[256] __attribute__((aligned(1024), section(".bss.tables")));

void putchar_raw(char c) { pl011_putc(SPEED_UART, c); }

void speed_mmu_enable(void) {
    u32 image = ALIGN_DOWN((u32)speed_text_start, 1u << 20);
    for (u32 mib = 0; mib < 4096; mib++) {
        u32 base = mib << 20;
        if (base < SPEED_RAM) level1[mib] = base | SECTION | SECTION_DEVICE | SECTION_ANY | SECTION_XN;
        else if (base < SPEED_RAM + 0x40000000u)
            level1[mib] = base | SECTION | SECTION_NORMAL | SECTION_ANY | SECTION_XN;
    }
    level1[image >> 20] = (u32)level2 | TABLE;
    for (u32 i = 0; i < 256; i++) {
        u32 page = image + i * PAGE_SIZE;
        level2[i] = page | PAGE | PAGE_NORMAL;
        if (page < (u32)speed_text_end) level2[i] |= PAGE_RO;
        else level2[i] |= page < (u32)speed_rodata_end ? PAGE_RO | PAGE_XN : PAGE_RW | PAGE_XN;
    }
    ttbcr_write(0);
    ttbr0_32_write((u32)level1 | TTBR_WALK_WB);
    dacr_write(1);
    dsb();
    tlbiall(0);
    iciallu(0);
    dsb();
    isb();
    sctlr_write(sctlr_read() | SCTLR_ON);
    isb();
}
