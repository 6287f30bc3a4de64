// SPDX-License-Identifier: Apache-2.0
// A machine's PL011, as seen from the hypervisor's console.
#pragma once
#include "machine/vm.h"

void uart_reset(struct uart* uart);
bool uart_is_full(const struct uart* uart);
void uart_receive(struct vm* vm, struct device* device, u8 c);  // to one that is not full
// Whom to tell that one which was full has room.
void uart_tell_room(void (*has_room)(void));
