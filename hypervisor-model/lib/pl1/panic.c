// SPDX-License-Identifier: Apache-2.0
// A fault of the program itself.
#include "cp15.h"
#include "layout.h"
#include "platform.h"
#include "print.h"
#include "trap.h"

void pl1_panic(u32 trap, u32 pc, u32 psr) NORETURN;

void pl1_panic(u32 trap, u32 pc, u32 psr) {
    print(PL1_NAME ": %s of its own at %x, PSR %x, DFSR %x, DFAR %x\n", trap_name(trap), pc, psr, dfsr_read(),
          dfar_read());
    platform_power_off();
}

const char* trap_name(u32 trap) {
    static const char* const names[] = {[TRAP_UNDEFINED] = "undefined instruction",
                                        [TRAP_PREFETCH] = "prefetch abort",
                                        [TRAP_DATA] = "data abort",
                                        [TRAP_SVC] = "system call",
                                        [TRAP_INTERRUPT] = "interrupt"};
    return trap < ARRAY_SIZE(names) && names[trap] ? names[trap] : "?";
}
