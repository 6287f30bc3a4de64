// SPDX-License-Identifier: Apache-2.0
// Device emulation: one register read, carried out by fetching and decoding this instruction.
#include "cp15.h"
#include "guest.h"
#include "micro.h"
#include "print.h"

void guest_main(void) {
    u32 wrong = 0;
    print("device-decode: start\n");
    MEASURE(wrong |= mmio_read32(GUEST_COUNTER_DECODED + COUNTER_ID) ^ COUNTER_ID_VALUE);
    print("device-decode: %s\n", wrong ? "FAILED" : "done");
}
