// SPDX-License-Identifier: Apache-2.0
// The machine beside the attacker: counts in the device they share, as long as the attacker lives.
#include "cp15.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"

#define ATTACKER 0u
#define BYSTANDER 2u
#define IGNORED_IRQ 65u

void guest_main(void) {
    while (mmio_read32(GUEST_COUNTER + COUNTER_SCRATCH) == 0) hypercall(HYPERCALL_YIELD);
    print("heartbeat: start\n");
    u32 start = mmio_read32(GUEST_COUNTER + COUNTER_COUNT), beats = 0;
    while (hypercall3(HYPERCALL_RAISE, ATTACKER, IGNORED_IRQ, 0) == 0) {
        mmio_write32(GUEST_COUNTER + COUNTER_COUNT, 1);
        beats++;
        hypercall(HYPERCALL_YIELD);
    }
    bool kept = mmio_read32(GUEST_COUNTER + COUNTER_COUNT) - start == beats;
    print("heartbeat: %s\n", kept ? "went on to the end" : "DISTURBED");
    mmio_write32(GUEST_COUNTER + COUNTER_DOORBELL, BYSTANDER);
}
