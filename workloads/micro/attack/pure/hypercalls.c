// SPDX-License-Identifier: Apache-2.0
// Hypercalls and PSCI calls with numbers and handles that are wrong.
#include "attacks.h"
#include "guest.h"
#include "hypercall.h"
#include "psci.h"

#define ERROR(name) ((u32)HYPERCALL_##name)
#define PSCI_ERROR(name) ((u32)PSCI_##name)
#define ATTACKER 0u
#define HEARTBEAT 1u

static u32 number(u32 n) { return hypercall3(n, 0, 0, 0); }
static u32 raise_in(u32 machine) { return hypercall3(HYPERCALL_RAISE, machine, 66, 0); }
static u32 raise(u32 irq) { return hypercall3(HYPERCALL_RAISE, HEARTBEAT, irq, 0); }
static u32 cpu_on(u32 target) { return psci_hvc(PSCI_CPU_ON, target, GUEST_RAM, 0); }
static u32 cpu_on_by_smc(u32 target) { return psci_smc(PSCI_CPU_ON, target, GUEST_RAM, 0); }
static u32 cpu_on_outside(u32 entry) { return psci_hvc(PSCI_CPU_ON, 0, entry, 0); }
static u32 level(u32 affinity_level) { return psci_hvc(PSCI_AFFINITY_INFO, 0, affinity_level, 0); }
static u32 affinity(u32 target) { return psci_hvc(PSCI_AFFINITY_INFO, target, 0, 0); }
static u32 feature(u32 function) { return psci_hvc(PSCI_FEATURES, function, 0, 0); }
static u32 smc(u32 function) { return psci_smc(function, 0, 0, 0); }

#define HVC(immediate)                                                                \
    static u32 hvc_##immediate(u32 function) {                                        \
        register u32 r0 asm("r0") = function;                                         \
        asm volatile(".arch_extension virt\n hvc #" #immediate : "+r"(r0)::"memory"); \
        return r0;                                                                    \
    }
HVC(1)
HVC(0xea1)
HVC(0xffff)

static const struct attack table[] = {
    {"hypercall behind the last", number, HYPERCALL_COUNT, ERROR(UNKNOWN)},
    {"hypercall 0x7fffffff", number, 0x7fffffff, ERROR(UNKNOWN)},
    {"hypercall 0x83ffffff", number, 0x83ffffff, ERROR(UNKNOWN)},
    {"hypercall 0xffffffff", number, 0xffffffff, ERROR(UNKNOWN)},
    {"HVC #1", hvc_1, HYPERCALL_NULL, ERROR(UNKNOWN)},
    {"HVC of another hypervisor", hvc_0xea1, 0, ERROR(UNKNOWN)},
    {"HVC #0xffff, power off", hvc_0xffff, PSCI_SYSTEM_OFF, ERROR(UNKNOWN)},
    {"raise in a machine that is not", raise_in, 3, ERROR(INVALID)},
    {"raise in machine 8", raise_in, 8, ERROR(INVALID)},
    {"raise in machine 0x80000000", raise_in, 0x80000000, ERROR(INVALID)},
    {"raise in machine 0xffffffff", raise_in, 0xffffffff, ERROR(INVALID)},
    {"raise interrupt 0", raise, 0, ERROR(INVALID)},
    {"raise the other machine's timer", raise, 27, ERROR(INVALID)},
    {"raise the Hyp timer", raise, 26, ERROR(INVALID)},
    {"raise the maintenance interrupt", raise, 25, ERROR(INVALID)},
    {"raise interrupt 31", raise, 31, ERROR(INVALID)},
    {"raise interrupt 96", raise, 96, ERROR(INVALID)},
    {"raise interrupt 1023", raise, 1023, ERROR(INVALID)},
    {"raise interrupt 0xffffffff", raise, 0xffffffff, ERROR(INVALID)},
    {"start processor 1", cpu_on, 1, PSCI_ERROR(INVALID_PARAMETERS)},
    {"start processor 0xffffff", cpu_on, 0xffffff, PSCI_ERROR(INVALID_PARAMETERS)},
    {"start itself again", cpu_on, 0, PSCI_ERROR(ALREADY_ON)},
    {"start processor 1 by SMC", cpu_on_by_smc, 1, PSCI_ERROR(INVALID_PARAMETERS)},
    {"start processor 0x101", cpu_on, 0x101, PSCI_ERROR(INVALID_PARAMETERS)},
    {"start processor 0x80000001", cpu_on, 0x80000001, PSCI_ERROR(INVALID_PARAMETERS)},
    {"start itself in the hypervisor", cpu_on_outside, 0x3fe00000, PSCI_ERROR(ALREADY_ON)},
    {"start a processor by the call of 64 bits", smc, 0xc4000003, PSCI_ERROR(NOT_SUPPORTED)},
    {"affinity of processor 7", affinity, 7, PSCI_ERROR(INVALID_PARAMETERS)},
    {"affinity of processor 0's cluster", level, 1, PSCI_ERROR(INVALID_PARAMETERS)},
    {"affinity at level 0xffffffff", level, 0xffffffff, PSCI_ERROR(INVALID_PARAMETERS)},
    {"feature of no function", feature, 0, PSCI_ERROR(NOT_SUPPORTED)},
    {"SMC of no function", smc, 0, PSCI_ERROR(NOT_SUPPORTED)},
    {"SMC 0xffffffff", smc, 0xffffffff, PSCI_ERROR(NOT_SUPPORTED)},
    {"SMC of a trusted application", smc, 0xb2000000, PSCI_ERROR(NOT_SUPPORTED)},
};

void attack_hypercalls(void) { ATTACK(table); }
