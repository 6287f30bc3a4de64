// SPDX-License-Identifier: Apache-2.0
// A machine that tries what it must not. After each case the heartbeat beside it has to go on.
#include "attacks.h"
#include "cp15.h"
#include "guest.h"
#include "hypercall.h"
#include "print.h"
#include "psci.h"

#define PATIENCE 1000u

u32 attack_beats(void) { return mmio_read32(GUEST_COUNTER + COUNTER_COUNT); }

u32 attack_run(const struct attack* attack) {
    guest_last_fault.kind = FAULT_NONE;
    guest_fault_skip = 4;
    u32 result = attack->run(attack->argument);
    guest_fault_skip = 0;
    return guest_last_fault.kind ? ATTACK_FAULT + guest_last_fault.kind : result;
}

bool attack_neighbour_goes_on(void) {
    u32 before = attack_beats();
    for (u32 i = 0; i < PATIENCE && attack_beats() == before; i++) hypercall(HYPERCALL_YIELD);
    return attack_beats() != before;
}

void guest_main(void) {
    while (attack_beats() == 0) hypercall(HYPERCALL_YIELD);  // the others have said that they are there
    print("attack: start\n");
    attack_memory();
    attack_hypercalls();
    attack_instructions();
    attack_devices();
    attack_floods();
    print("attack: %u cases, %u wrong\n", attack_cases, attack_failures);
    psci_hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
    print("attack: still here, WRONG\n");
}
