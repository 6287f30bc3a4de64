// SPDX-License-Identifier: Apache-2.0
// Machines' text, whole lines at a time.
#pragma once
#include "vm.h"

void console_putc(struct vm* vm, char c);
void console_flush(struct vm* vm);
