// SPDX-License-Identifier: Apache-2.0
// The transmit half of a PL011, and formatted output over any character sink.
#pragma once
#include "types.h"

#define PL011_DR 0x00
#define PL011_FR 0x18
#define PL011_FR_RXFE (1u << 4)
#define PL011_FR_TXFF (1u << 5)
#define PL011_FR_TXFE (1u << 7)

void pl011_putc(uintptr_t base, char c);
