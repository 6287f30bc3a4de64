// SPDX-License-Identifier: Apache-2.0
#include "attack.h"
#include "print.h"

u32 attack_failures, attack_cases;

static void print_outcome(u32 outcome) {
    switch (outcome) {
    case UNDEFINED: print("undefined instruction"); break;
    case PREFETCH_ABORT: print("prefetch abort"); break;
    case DATA_ABORT: print("data abort"); break;
    default: print("%s%d", (s32)outcome < 0 ? "error " : "result ", (s32)outcome); break;
    }
}

void attack_all(const struct attack* table, u32 count) {
    for (u32 i = 0; i < count; i++) {
        const struct attack* a = &table[i];
        u32 outcome = attack_run(a);
        bool as_expected = outcome == a->expected, goes_on = attack_neighbour_goes_on();
        print("case %u: %s: ", ++attack_cases, a->name);
        print_outcome(outcome);
        print(as_expected ? " as expected" : ", WRONG");
        print(goes_on ? "\n" : ", THE OTHER MACHINE STOPPED\n");
        if (!as_expected || !goes_on) attack_failures++;
    }
}
