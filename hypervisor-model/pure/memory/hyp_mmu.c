// SPDX-License-Identifier: Apache-2.0
#include "memory/hyp_mmu.h"
#include "cp15.h"
#include "machine/platform.h"
#include "memory/lpae.h"

#define ATTR_NORMAL 0
#define ATTR_DEVICE 1
#define HMAIR0 0x04ffu  // index 0: normal, write-back, allocating; index 1: device

#define HTCR_WB_INNER_SHARED (1u << 31 | 1u << 23 | 3u << 12 | 1u << 10 | 1u << 8)  // RES1 bits, SH0, ORGN0, IRGN0
#define HSCTLR_M (1u << 0)
#define HSCTLR_C (1u << 2)
#define HSCTLR_I (1u << 12)
#define HSCTLR_WXN (1u << 19)

#define BLOCK_SIZE (2u << 20)
#define DEVICE (LPAE_BLOCK | LPAE_AF | S1_AP_HYP | S1_ATTR(ATTR_DEVICE) | LPAE_XN)
#define NORMAL (LPAE_AF | S1_AP_HYP | S1_ATTR(ATTR_NORMAL) | LPAE_SH_INNER)

extern u8 hyp_image_start[], hyp_text_end[], hyp_rodata_end[];

static lpae_t root[4] __attribute__((aligned(32)));
static lpae_t level2[4][LPAE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static lpae_t image[LPAE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));

static void map_block(u32 address, lpae_t attributes) {
    level2[address >> 30][lpae_index(address, 2)] = ALIGN_DOWN(address, BLOCK_SIZE) | attributes;
}

// The 2 MiB that hold the hypervisor get pages: code read-only and executable, constants read-only, the rest data.
static void map_image(void) {
    u32 start = (u32)hyp_image_start;
    for (u32 i = 0; i < LPAE_ENTRIES; i++) {
        u32 page = start + i * PAGE_SIZE;
        lpae_t attributes = NORMAL | LPAE_PAGE;
        if (page < (u32)hyp_text_end) attributes |= S1_READ_ONLY;
        else if (page < (u32)hyp_rodata_end) attributes |= S1_READ_ONLY | LPAE_XN;
        else attributes |= LPAE_XN;
        image[i] = page | attributes;
    }
    level2[start >> 30][lpae_index(start, 2)] = (u32)image | LPAE_TABLE;
}

void hyp_mmu_make(void) {
    for (u32 i = 0; i < 4; i++) root[i] = (u32)level2[i] | LPAE_TABLE;
    for (u32 done = 0; done < platform.ram_size; done += BLOCK_SIZE)
        map_block(platform.ram_base + done, NORMAL | LPAE_BLOCK | LPAE_XN);
    map_block(platform.uart, DEVICE);
    map_block(platform.gicd, DEVICE);
    map_block(platform.gicc, DEVICE);
    map_block(platform.gich, DEVICE);
    map_image();
}

void hyp_mmu_on(void) {
    hmair0_write(HMAIR0);
    hmair1_write(0);
    htcr_write(HTCR_WB_INNER_SHARED);
    httbr_write((u32)root);
    dsb();
    isb();
    tlbiallh(0);
    iciallu(0);
    dsb();
    isb();
    hsctlr_write(hsctlr_read() | HSCTLR_M | HSCTLR_C | HSCTLR_I | HSCTLR_WXN);
    isb();
}
