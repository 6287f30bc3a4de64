// SPDX-License-Identifier: Apache-2.0
// The machines' consoles on the hypervisor's: whole lines, each with its machine's name in front.
#pragma once
#include "machine/vm.h"

void console_putc(struct vm* vm, char c);
void console_flush(struct vm* vm);
