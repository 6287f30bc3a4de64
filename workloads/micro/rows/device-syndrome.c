// SPDX-License-Identifier: Apache-2.0
// Device emulation: one register read, described by the syndrome.
#include "cp15.h"
#include "guest.h"
#include "micro.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("device-syndrome: start\n");
    MEASURE(wrong |= mmio_read32(GUEST_COUNTER + COUNTER_ID) ^ COUNTER_ID_VALUE);
    print("device-syndrome: %s\n", wrong ? "FAILED" : "done");
}
