// SPDX-License-Identifier: Apache-2.0
// One million hypercalls and one million trapped device accesses. The Hyp side is exits_hyp.S and the tables of
// exits_tables.c; the machine must start in Hyp mode.
#include "exits.h"
#include "cp15.h"
#include "print.h"

#define EXITS (1000000u * SPEED_SCALE)

u64 exits_ram(void) { return SPEED_RAM | BLOCK | S2_MEMORY; }

void speed_main(void) {
    u32 calls = 0, reads = 0;
    print("speed: exits\n");
    if (!speed_started_in_hyp) {
        print("speed: exits needs a machine with Hyp mode\n");
        return;
    }
    for (u32 i = 0; i < EXITS; i++) calls = exits_hypercall(calls);
    for (u32 i = 0; i < EXITS; i++) reads += mmio_read32(TRAPPED_DEVICE + 4) - 0x1000;
    print("speed: exits %u %u\n", calls, reads);
}
