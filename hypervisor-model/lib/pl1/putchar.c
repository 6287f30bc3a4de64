// SPDX-License-Identifier: Apache-2.0
#include "pl011.h"
#include "platform.h"
#include "print.h"

void putchar_raw(char c) {
    u32 uart = REGISTERS(DEVICE_UART, platform.uart);
    if (c == '\n') pl011_putc(uart, '\r');
    pl011_putc(uart, c);
}
