// SPDX-License-Identifier: Apache-2.0
// What is typed at the hypervisor's console goes to the first machine whose UART has an interrupt.
#pragma once

// Have the physical UART's input interrupt, when there is a machine to give it to. While that one's FIFO is full it
// does not: what comes waits in the physical FIFO.
void console_listen(void);
void console_receive(void);
