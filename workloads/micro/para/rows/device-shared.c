// SPDX-License-Identifier: Apache-2.0
// A shared device, its own interface: a request in a ring and one hypercall, which returns when the driver machine has
// carried out the whole operation.
#include "micro.h"
#include "para_devices.h"
#include "para_guest.h"
#include "print.h"

static u32 ask(u32 operation, u32 divisor, u32 fraction) {
    volatile struct request* request = &ring->slot[ring->head % RING_SLOTS];
    request->operation = operation;
    request->divisor = divisor;
    request->fraction = fraction;
    request->status = 0;
    ring->head++;
    para1(PARA_NOTIFY_WAIT, RING_CHANNEL);
    para_take();
    return request->status;
}

void guest_main(void) {
    u32 wrong = 0;
    print("device-shared: start\n");
    page->enabled = 1u << PARA_VIRQ_CHANNEL(RING_CHANNEL);
    MEASURE(wrong |= ask(REQUEST_REPROGRAM, measure_i + 1, 3) ^ (measure_i + 1));
    wrong |= ask(REQUEST_LEAVE, 0, 0) ^ 1;
    print("device-shared: %s\n", wrong ? "FAILED" : "done");
}
