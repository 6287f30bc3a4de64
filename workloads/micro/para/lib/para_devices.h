// SPDX-License-Identifier: Apache-2.0
// The console's registers, given to a machine; and the ring by which others ask that machine to use them.
#pragma once
#include "api.h"

#define UART_PHYSICAL 0x09000000u
#define UART_WINDOW 0x89000000u

#define RING_CHANNEL 0
#define RING_SLOTS 16u
#define REQUEST_REPROGRAM 1
#define REQUEST_LEAVE 2

#ifndef __ASSEMBLER__
struct request {
    u32 operation, divisor, fraction, status;
};
// In the channel's page. The client adds at `head`, the driver serves at `tail`; a served request has its status.
struct ring {
    volatile u32 head, tail;
    volatile struct request slot[RING_SLOTS];
};
#define ring ((struct ring*)(PARA_CHANNEL_PAGES + RING_CHANNEL * PAGE_SIZE))
#endif
