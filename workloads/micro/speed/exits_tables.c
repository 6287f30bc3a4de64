// SPDX-License-Identifier: Apache-2.0
// Hyp mode's own translation, and stage 2.
#include "cp15.h"
#include "exits.h"

#define VTCR (1u << 31 | 3u << 12 | 1u << 10 | 1u << 8 | 1u << 6)  // 32-bit, from level 1, walks write-back
#define HCR_VM 1u

#define HMAIR0 0x04ffu                                              // 0: normal, write-back, allocating; 1: device
#define HTCR (1u << 31 | 1u << 23 | 3u << 12 | 1u << 10 | 1u << 8)  // RES1 bits, walks write-back
#define HYP_DEVICE (1u << 2)
#define AP_SBO (1u << 6)
#define HSCTLR_M_C_I (1u << 0 | 1u << 2 | 1u << 12)

static u64 root[4] __attribute__((aligned(32)));
static u64 low[512] __attribute__((aligned(4096)));  // the first GiB by 2 MiB blocks
static u64 hyp_root[4] __attribute__((aligned(32)));
extern u8 exits_hyp_vectors[];

// Hyp mode's own translation, flat: without it its stack would not be cached.
static void hyp_mmu_on(void) {
    hyp_root[0] = BLOCK | AF | AP_SBO | HYP_DEVICE;
    hyp_root[1] = 0x40000000u | BLOCK | AF | AP_SBO | SH_INNER;
    hmair0_write(HMAIR0);
    htcr_write(HTCR);
    httbr_write((u32)hyp_root);
    dsb();
    tlbiallh(0);
    dsb();
    isb();
    hsctlr_write(hsctlr_read() | HSCTLR_M_C_I);
    isb();
}

void speed_hyp_init(void);
void speed_hyp_init(void) {
    hyp_mmu_on();
    for (u32 i = 0; i < 512; i++) low[i] = i << 21 | BLOCK | AF | READ_WRITE | ATTR_DEVICE;
    low[TRAPPED_DEVICE >> 21] = 0;
    root[0] = (u32)low | TABLE;
    root[1] = exits_ram();
    vtcr_write(VTCR);
    vttbr_write(1ull << 48 | (u32)root);
    hvbar_write((u32)exits_hyp_vectors);
    hcr_write(HCR_VM);
    dsb();
    tlbiallnsnh(0);
    dsb();
    isb();
}
