// SPDX-License-Identifier: Apache-2.0
// The hypervisor's console, and the machines' consoles on it: whole lines, each with its machine's name in front. What
// is typed goes to the first machine whose UART has an interrupt.
#pragma once
#include "types.h"

struct vm;

void console_putc(struct vm* vm, char c);
void console_flush(struct vm* vm);
// Have the physical UART's input interrupt, when there is a machine to give it to. While that one's FIFO is full it
// does not: what comes waits in the physical FIFO.
void console_listen(void);
void console_receive(void);
