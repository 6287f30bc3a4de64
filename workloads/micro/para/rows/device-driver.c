// SPDX-License-Identifier: Apache-2.0
// The driver machine: owns the device, serves the ring. Interrupts stay masked; it takes them itself, so that being
// woken is a hypercall's return and no upcall.
#include "para_devices.h"
#include "para_guest.h"
#include "uart_driver.h"

static void serve(volatile struct request* request) {
    if (request->operation == REQUEST_LEAVE) {
        request->status = 1;
        para1(PARA_NOTIFY, RING_CHANNEL);
        guest_off();
    }
    uart_reprogram(UART_WINDOW, request->divisor, request->fraction);
    request->status = mmio_read32(UART_WINDOW + UART_IBRD);
}

void guest_main(void) {
    page->enabled = 1u << PARA_VIRQ_CHANNEL(RING_CHANNEL);
    for (;;) {
        while (!para_take()) para0(PARA_WAIT);
        do {
            while (ring->tail != ring->head) {
                serve(&ring->slot[ring->tail % RING_SLOTS]);
                ring->tail++;
            }
            para1(PARA_NOTIFY_WAIT, RING_CHANNEL);
        } while (para_take());
    }
}
