// SPDX-License-Identifier: Apache-2.0
// The hypervisor's console, and the machines' consoles on it: whole lines, each with its machine's name in front.
#pragma once
#include "types.h"

struct vm;

void console_putc(struct vm* vm, char c);
void console_flush(struct vm* vm);
