// SPDX-License-Identifier: Apache-2.0
// Identification registers as a machine sees them. The hypervisor asks for their reads to be trapped (HCR.TID3); where
// the processor does that, what a machine does not have is hidden.
#include "cp15.h"
#include "guest.h"
#include "print.h"

CP15_REG(id_pfr0, 0, c0, c1, 0)
CP15_REG(id_isar0, 0, c0, c2, 0)
CP15_REG(id_mmfr0, 0, c0, c1, 4)

void guest_main(void) {
    print("identification: start\n");
    bool held = (id_pfr0_read() & 0xf) == 1 && id_isar0_read() != 0 && (id_mmfr0_read() & 0xf) >= 3;
    print("identification: %s\n", held ? "done" : "FAILED");
}
