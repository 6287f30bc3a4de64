// SPDX-License-Identifier: Apache-2.0
// Short descriptors, ARM DDI 0406C B3.5.
#include "cp15.h"
#include "guest.h"

#define SECTION 0x2u
#define SECTION_XN (1u << 4)
#define SECTION_KERNEL (1u << 10)                       // AP: privileged read and write
#define SECTION_USER (3u << 10)                         // User mode as well
#define SECTION_NORMAL (1u << 12 | 3u << 2 | 1u << 16)  // write-back, allocating, shareable
#define SECTION_DEVICE (1u << 2)
#define TABLE 0x1u

#define PAGE 0x2u
#define PAGE_XN 0x1u
#define PAGE_NORMAL (1u << 6 | 3u << 2 | 1u << 10)
#define PAGE_KERNEL_RW (1u << 4)
#define PAGE_USER_RW (3u << 4)
#define PAGE_KERNEL_RO (1u << 9 | 1u << 4)
#define PAGE_USER_RO (1u << 9 | 3u << 4)

#define TTBR_WALK_WB (1u << 6 | 1u << 3 | 1u << 1)  // inner and outer write-back allocating, shareable
#define SCTLR_M (1u << 0)
#define SCTLR_C (1u << 2)
#define SCTLR_Z (1u << 11)
#define SCTLR_I (1u << 12)

extern u8 guest_text_start[], guest_text_end[], guest_user_text_end[], guest_rodata_end[], guest_user_data_end[];

static u32 level1[4096] __attribute__((aligned(16384), section(".bss.tables")));
static u32 level2[256] __attribute__((aligned(1024), section(".bss.tables")));

static u32 page_rights(u32 page) {
    if (page < (u32)guest_text_start) return PAGE_KERNEL_RW | PAGE_XN;
    if (page < (u32)guest_text_end) return PAGE_KERNEL_RO;
    if (page < (u32)guest_user_text_end) return PAGE_USER_RO;
    if (page < (u32)guest_rodata_end) return PAGE_USER_RO | PAGE_XN;
    if (page < (u32)guest_user_data_end) return PAGE_USER_RW | PAGE_XN;
    return PAGE_KERNEL_RW | PAGE_XN;
}

void guest_mmu_enable(void) {
    for (u32 mib = 0; mib < 4096; mib++) {
        u32 base = mib << 20;
        if (base == GUEST_RAM) level1[mib] = (u32)level2 | TABLE;
        else if (base < GUEST_RAM)
            level1[mib] =
                base | SECTION | SECTION_DEVICE | SECTION_XN | (base == GUEST_COUNTER ? SECTION_USER : SECTION_KERNEL);
        else if (base < GUEST_RAM + 0x40000000u)
            level1[mib] = base | SECTION | SECTION_NORMAL | SECTION_KERNEL | SECTION_XN;
    }
    for (u32 i = 0; i < 256; i++) {
        u32 page = GUEST_RAM + i * PAGE_SIZE;
        level2[i] = page | PAGE | PAGE_NORMAL | page_rights(page);
    }
    ttbcr_write(0);
    ttbr0_32_write((u32)level1 | TTBR_WALK_WB);
    dacr_write(1);
    dsb();
    tlbiall(0);
    iciallu(0);
    dsb();
    isb();
    sctlr_write(sctlr_read() | SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I);
    isb();
}
