// SPDX-License-Identifier: Apache-2.0
// Flat translation by sections, and the heap twice in pages of 4 KiB.
#include "cp15.h"
#include "pl011.h"
#include "speed.h"
#include "validate.h"

#define SECTION 0x2u
#define SECTION_XN (1u << 4)
#define SECTION_RW (3u << 10)  // kernel and user
#define SECTION_NORMAL (1u << 12 | 3u << 2)
#define SECTION_DEVICE (1u << 2)
#define TABLE 0x1u
#define PAGE 0x2u
#define PAGE_XN 0x1u
#define PAGE_NORMAL (1u << 6 | 3u << 2)
#define PAGE_RW (3u << 4)
#define TTBR_WALK_WB (1u << 6 | 1u << 3)
#define SCTLR_ON (1u << 0 | 1u << 2 | 1u << 11 | 1u << 12)
#define CPACR_VFP (0xfu << 20)

#define HEAP_PAGES (VALIDATE_HEAP_BYTES / PAGE_SIZE)
#define HEAP_PHYSICAL (SPEED_RAM + (16u << 20))

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 in_order[HEAP_PAGES] __attribute__((aligned(1024), section(".bss.tables")));
static u32 shuffled[HEAP_PAGES] __attribute__((aligned(1024), section(".bss.tables")));

void putchar_raw(char c) { pl011_putc(SPEED_UART, c); }

static void map(u32 va, const u32* level2) {
    for (u32 mib = 0; mib < HEAP_PAGES / 256; mib++) level1[(va >> 20) + mib] = (u32)&level2[mib * 256] | TABLE;
}

// The shuffled view is an arbitrary but fixed permutation, by exchanges.
static void map_heap(void) {
    u32 noise = 12345;
    for (u32 i = 0; i < HEAP_PAGES; i++)
        in_order[i] = shuffled[i] = (HEAP_PHYSICAL + i * PAGE_SIZE) | PAGE | PAGE_NORMAL | PAGE_RW | PAGE_XN;
    for (u32 i = HEAP_PAGES - 1; i > 0; i--) {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        u32 j = noise % (i + 1), page = shuffled[i];
        shuffled[i] = shuffled[j];
        shuffled[j] = page;
    }
    map((u32)VALIDATE_HEAP, in_order);
    map((u32)VALIDATE_SHUFFLED, shuffled);
}

void speed_mmu_enable(void) {
    for (u32 mib = 0; mib < 4096; mib++) {
        u32 base = mib << 20;
        if (base < SPEED_RAM) level1[mib] = base | SECTION | SECTION_DEVICE | SECTION_RW | SECTION_XN;
        else if (base < SPEED_RAM + (16u << 20)) level1[mib] = base | SECTION | SECTION_NORMAL | SECTION_RW;
    }
    map_heap();
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

void speed_main(void) {
    asm volatile(
        "mcr p15, 0, %0, c1, c0, 2\n"  // CPACR
        "isb\n"
        ".fpu vfpv3\n"
        "vmsr fpexc, %1" ::"r"(CPACR_VFP),
        "r"(1u << 30));
    REGION_EMPTY();
    validate_main();
    print("validate: done\n");
}
