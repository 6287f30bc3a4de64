// SPDX-License-Identifier: Apache-2.0
// A shared device, unmodified driver: every register access of one operation is emulated.
#include "guest.h"
#include "micro.h"
#include "print.h"
#include "uart_driver.h"

void guest_main(void) {
    print("device-shared: start\n");
    MEASURE(uart_reprogram(GUEST_UART, measure_i, 3));
    print("device-shared: done\n");
}
