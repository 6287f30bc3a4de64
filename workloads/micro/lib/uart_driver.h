// SPDX-License-Identifier: Apache-2.0
// One operation of a real driver, the same wherever its registers are: gives a PL011's line another rate and format.
#pragma once
#include "cp15.h"

#define UART_CR 0x30
#define UART_IBRD 0x24
#define UART_FBRD 0x28
#define UART_LCR_H 0x2c
#define UART_IMSC 0x38
#define UART_ICR 0x44
#define UART_CR_ENABLE 1u
#define UART_LCR_8N1_FIFO 0x70u
#define UART_REPROGRAM_ACCESSES 8  // one load, seven stores

static inline void uart_reprogram(uintptr_t base, u32 divisor, u32 fraction) {
    u32 control = mmio_read32(base + UART_CR);
    mmio_write32(base + UART_CR, control & ~UART_CR_ENABLE);
    mmio_write32(base + UART_IBRD, divisor);
    mmio_write32(base + UART_FBRD, fraction);
    mmio_write32(base + UART_LCR_H, UART_LCR_8N1_FIFO);
    mmio_write32(base + UART_IMSC, 0);
    mmio_write32(base + UART_ICR, 0x7ff);
    mmio_write32(base + UART_CR, control | UART_CR_ENABLE);
}
