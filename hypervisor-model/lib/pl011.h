// SPDX-License-Identifier: Apache-2.0
// Registers of a PL011, ARM DDI 0183G chapter 3, and its transmit half for programs that print.
#pragma once
#include "types.h"

#define PL011_DR 0x00
#define PL011_FR 0x18
#define PL011_IBRD 0x24
#define PL011_FBRD 0x28
#define PL011_LCRH 0x2c
#define PL011_CR 0x30
#define PL011_IFLS 0x34
#define PL011_IMSC 0x38
#define PL011_RIS 0x3c
#define PL011_MIS 0x40
#define PL011_ICR 0x44
#define PL011_PERIPH_ID 0xfe0

#define PL011_FR_RXFE (1u << 4)
#define PL011_FR_TXFF (1u << 5)
#define PL011_FR_RXFF (1u << 6)
#define PL011_FR_TXFE (1u << 7)
#define PL011_CR_TXE (1u << 8)
#define PL011_CR_RXE (1u << 9)
#define PL011_INT_RX (1u << 4)
#define PL011_INT_TX (1u << 5)
#define PL011_INT_RT (1u << 6)
#define PL011_REGISTER_BITS 0xffffu  // no register is wider

void pl011_putc(uintptr_t base, char c);
