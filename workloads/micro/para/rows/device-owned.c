// SPDX-License-Identifier: Apache-2.0
// A device given to the machine: its driver's register accesses go to the registers.
#include "micro.h"
#include "para_devices.h"
#include "para_guest.h"
#include "print.h"
#include "uart_driver.h"

void guest_main(void) {
    u32 wrong = 0;
    print("device-owned: start\n");
    MEASURE(uart_reprogram(UART_WINDOW, measure_i + 1, 3));
    wrong |= mmio_read32(UART_WINDOW + UART_IBRD) ^ ITERATIONS;
    print("device-owned: %s\n", wrong ? "FAILED" : "done");
}
