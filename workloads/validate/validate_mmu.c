// SPDX-License-Identifier: Apache-2.0
// Flat translation by sections, and the heap twice in pages of 4 KiB.
#include "pl011.h"
#include "short_descriptors.h"
#include "speed.h"
#include "validate.h"

#define CPACR_VFP (0xfu << 20)

#define HEAP_PAGES (VALIDATE_HEAP_BYTES / PAGE_SIZE)
#define HEAP_PHYSICAL (SPEED_RAM + 16 * MIB)

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 in_order[HEAP_PAGES] __attribute__((aligned(1024), section(".bss.tables")));
static u32 shuffled[HEAP_PAGES] __attribute__((aligned(1024), section(".bss.tables")));

void putchar_raw(char c) { pl011_putc(SPEED_UART, c); }

static void map(u32 va, const u32* level2) {
    for (u32 mib = 0; mib < HEAP_PAGES / 256; mib++) level1[(va >> 20) + mib] = (u32)&level2[mib * 256] | L1_TABLE;
}

// The shuffled view is an arbitrary but fixed permutation, by exchanges.
static void map_heap(void) {
    u32 noise = 12345;
    for (u32 i = 0; i < HEAP_PAGES; i++)
        in_order[i] = shuffled[i] = (HEAP_PHYSICAL + i * PAGE_SIZE) | L2_PAGE | L2_NORMAL | L2_ALL | L2_XN;
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
    map_flat(level1, SPEED_RAM, HEAP_PHYSICAL - SPEED_RAM, SECTION_ALL | SECTION_XN, SECTION_ALL);
    map_heap();
    translation_on((u32)level1 | TTBR_WALK_ALLOCATING);
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
