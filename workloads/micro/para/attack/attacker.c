// SPDX-License-Identifier: Apache-2.0
// A machine that tries what it must not. After each case the heartbeat beside it has to go on.
#include "attacks.h"
#include "print.h"

#define CHANNEL_BEATS ((volatile u32*)PARA_CHANNEL_PAGES)
#define PATIENCE 1000u

static u32 user_fault;

static void on_user_fault(void) {
    user_fault = page->fault_kind;
    page->user.pc += page->fault_kind == PARA_FAULT_PREFETCH ? 0 : 4;
    if (page->fault_kind == PARA_FAULT_PREFETCH) {
        page->user.pc = page->user.lr;  // a call: back to the caller
        page->user.psr &= ~0x20u;
    }
}

u32 attack_run(const struct attack* attack) {
    guest_faults = 0;
    guest_fault_skip = 4;
    user_fault = 0;
    u32 result = attack->run(attack->argument);
    guest_fault_skip = 0;
    if (guest_faults) return ATTACK_FAULT + page->fault_kind;
    if (user_fault) return ATTACK_FAULT + user_fault;
    return result;
}

bool attack_neighbour_goes_on(void) {
    u32 before = *CHANNEL_BEATS;
    for (u32 i = 0; i < PATIENCE && *CHANNEL_BEATS == before; i++) para0(PARA_YIELD);
    return *CHANNEL_BEATS != before;
}

void guest_main(void) {
    while (*CHANNEL_BEATS == 0) para0(PARA_YIELD);  // the others have said that they are there
    print("attack: start\n");
    guest_make_user();
    guest_on_user_fault = on_user_fault;
    attack_memory();
    attack_hypercalls();
    attack_instructions();
    attack_floods();
    print("attack: %u cases, %u wrong\n", attack_cases, attack_failures);
    // The last one, which there is no coming back from: an exception that the guest kernel has no entry for.
    page->entry[PARA_ENTRY_KERNEL_FAULT] = 0;
    *(volatile u32*)PARA_WINDOW = 0;
    print("attack: still here, WRONG\n");
}
