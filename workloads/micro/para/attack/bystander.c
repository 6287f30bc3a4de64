// SPDX-License-Identifier: Apache-2.0
// A machine that sleeps through it all: what it left in its memory and registers must be there afterwards.
#include "para_guest.h"
#include "print.h"

#define WORDS (64u << 10)
#define HEARTBEAT ((volatile u32*)(PARA_CHANNEL_PAGES + PAGE_SIZE))

static u32 memory[WORDS];

static u32 pattern(u32 i) { return i * 0x9e3779b9u ^ 0x5ca1ab1e; }

void guest_main(void) {
    for (u32 i = 0; i < WORDS; i++) memory[i] = pattern(i);
    para1(PARA_SET_TLS, 0x12345678);
    print("bystander: sleeps\n");
    page->enabled = 1u << PARA_VIRQ_CHANNEL(1);
    *HEARTBEAT = 1;
    para0(PARA_WAIT);
    while (para1(PARA_NOTIFY, 1) == PARA_OK)
        para0(PARA_YIELD);  // until the heartbeat is off: the last lines have one order
    u32 wrong = 0, tls;
    for (u32 i = 0; i < WORDS; i++) wrong += memory[i] != pattern(i);
    asm volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(tls));
    print("bystander: %s\n", wrong || tls != 0x12345678 ? "DISTURBED" : "undisturbed");
}
