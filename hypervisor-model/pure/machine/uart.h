// SPDX-License-Identifier: Apache-2.0
// A machine's PL011 as far as software sees it: what is sent is gone at once, what comes waits in a FIFO.
#pragma once
#include "types.h"

#define UART_FIFO 16  // a power of two

struct uart {
    u16 ibrd, fbrd, lcrh, cr, ifls;  // kept for the one who wrote them
    u16 imsc, ris;
    u8 fifo[UART_FIFO];
    u32 first, count;  // of the FIFO
};
