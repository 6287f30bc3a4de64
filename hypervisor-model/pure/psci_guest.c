// SPDX-License-Identifier: Apache-2.0
#include "psci_guest.h"
#include "hypercall.h"
#include "print.h"
#include "psci.h"
#include "sched.h"
#include "vm.h"

// Machines have one processor, number 0, and it is on while it can ask.
static u32 cpu_on(u32 target) { return (u32)((target & 0xffffff) == 0 ? PSCI_ALREADY_ON : PSCI_INVALID_PARAMETERS); }

static u32 features(u32 function) {
    switch (function) {
        case PSCI_VERSION:
        case PSCI_CPU_SUSPEND:
        case PSCI_CPU_OFF:
        case PSCI_CPU_ON:
        case PSCI_AFFINITY_INFO:
        case PSCI_MIGRATE_INFO_TYPE:
        case PSCI_SYSTEM_OFF:
        case PSCI_SYSTEM_RESET:
        case PSCI_FEATURES: return PSCI_SUCCESS;
        default: return (u32)PSCI_NOT_SUPPORTED;
    }
}

u32 psci_call(struct vcpu* vcpu, u32 function) {
    switch (function) {
        case PSCI_VERSION: return PSCI_VERSION_1_0;
        case PSCI_FEATURES: return features(vcpu->r[1]);
        case PSCI_CPU_ON: return cpu_on(vcpu->r[1]);
        case PSCI_AFFINITY_INFO: return (vcpu->r[1] & 0xffffff) == 0 ? 0 : (u32)PSCI_INVALID_PARAMETERS;
        case PSCI_MIGRATE_INFO_TYPE: return PSCI_TOS_NOT_PRESENT;
        case PSCI_CPU_SUSPEND:
            sched_wait();  // every state is standby
            return PSCI_SUCCESS;
        case PSCI_SYSTEM_RESET:
            print("pure: machine '%s' asked for a reset\n", vcpu->vm->name);
            vm_stop(vcpu->vm);
            break;
        case PSCI_CPU_OFF:  // the last processor
        case PSCI_SYSTEM_OFF: vm_stop(vcpu->vm); break;
        default: return (u32)PSCI_NOT_SUPPORTED;
    }
    return 0;
}
