// SPDX-License-Identifier: Apache-2.0
// Under stage 2, at PL1: ten words anywhere in 4 MiB that both stages map by small pages, then a
// hypercall and a trapped load; 150,000 times.
#include "cp15.h"
#include "exits.h"
#include "pages.h"
#include "print.h"

#define ROUNDS (150000u * SPEED_SCALE)

static u64 level2[512] __attribute__((aligned(4096)));                 // the second GiB by 2 MiB blocks
static u64 level3[PAGES_MIB / 2][512] __attribute__((aligned(4096)));  // of them those of the data, by pages

u64 exits_ram(void) {
    for (u32 i = 0; i < 512; i++) level2[i] = (SPEED_RAM + (i << 21)) | BLOCK | S2_MEMORY;
    for (u32 table = 0; table < PAGES_MIB / 2; table++) {
        const u32 base = PAGES_BASE + (table << 21);
        for (u32 i = 0; i < 512; i++) level3[table][i] = (base + (i << 12)) | PAGE | S2_MEMORY;
        level2[(base - SPEED_RAM) >> 21] = (u32)level3[table] | TABLE;
    }
    return (u32)level2 | TABLE;
}

void speed_main(void) {
    u32 calls = 0, state = 1, sum = 0;
    print("speed: nested\n");
    if (!speed_started_in_hyp) {
        print("speed: nested needs a machine with Hyp mode\n");
        return;
    }
    pages_map();
    pages_fill();
    for (u32 i = 0; i < ROUNDS; i++) {
        sum = pages_walk(&state, sum);
        calls = exits_hypercall(calls);
        sum += mmio_read32(TRAPPED_DEVICE + 4);
    }
    print("speed: nested %u %x\n", calls, sum);
}
