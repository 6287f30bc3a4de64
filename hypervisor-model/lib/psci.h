/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI function identifiers and return codes, ARM DEN 0022 chapter 5. Shared by C and assembly. */
#pragma once

#define PSCI_VERSION 0x84000000
#define PSCI_CPU_SUSPEND 0x84000001
#define PSCI_CPU_OFF 0x84000002
#define PSCI_CPU_ON 0x84000003
#define PSCI_AFFINITY_INFO 0x84000004
#define PSCI_MIGRATE_INFO_TYPE 0x84000006
#define PSCI_SYSTEM_OFF 0x84000008
#define PSCI_SYSTEM_RESET 0x84000009
#define PSCI_FEATURES 0x8400000a

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED (-3)
#define PSCI_ALREADY_ON (-4)
#define PSCI_INVALID_ADDRESS (-9)

#define PSCI_VERSION_0_2 0x00000002
#define PSCI_VERSION_1_0 0x00010000
#define PSCI_TOS_NOT_PRESENT 2

#ifndef __ASSEMBLER__
#include "types.h"

static inline u32 psci_smc(u32 function, u32 a1, u32 a2, u32 a3) {
    register u32 r0 asm("r0") = function;
    register u32 r1 asm("r1") = a1;
    register u32 r2 asm("r2") = a2;
    register u32 r3 asm("r3") = a3;
    asm volatile(".arch_extension sec\n smc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)::"memory");
    return r0;
}

static inline u32 psci_hvc(u32 function, u32 a1, u32 a2, u32 a3) {
    register u32 r0 asm("r0") = function;
    register u32 r1 asm("r1") = a1;
    register u32 r2 asm("r2") = a2;
    register u32 r3 asm("r3") = a3;
    asm volatile(".arch_extension virt\n hvc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)::"memory");
    return r0;
}
#endif
