// SPDX-License-Identifier: Apache-2.0
#include "exits/psci_guest.h"
#include "exits/enter.h"
#include "exits/idle.h"
#include "exits/stop.h"
#include "interrupts/gic.h"
#include "machine/vm.h"
#include "print.h"
#include "psci.h"
#include "vcpu/lock.h"
#include "vcpu/vcpu.h"

#define AFFINITY 0x00ffffffu
#define AFFINITY_ON 0
#define AFFINITY_OFF 1

// The processor that affinity fields name: processors are numbered by the lowest field.
static struct vcpu* processor(struct vm* vm, u32 affinity) {
    u32 number = affinity & AFFINITY;
    return number < vm->vcpu_count ? &vm->vcpu[number] : NULL;
}

static u32 start(struct vcpu* target, u32 entry, u32 context) {
    if (target->state != VCPU_OFF) return (u32)PSCI_ALREADY_ON;
    if (!vm_owns_ram(target->vm, entry)) return (u32)PSCI_INVALID_ADDRESS;
    vcpu_reset(target, entry, context);
    __atomic_store_n(&target->state, VCPU_READY, __ATOMIC_RELEASE);
    if (target->cpu != this_cpu()) cpu_kick(target->cpu);
    return PSCI_SUCCESS;
}

static u32 cpu_on(struct vm* vm, u32 affinity, u32 entry, u32 context) {
    struct vcpu* target = processor(vm, affinity);
    if (!target) return (u32)PSCI_INVALID_PARAMETERS;
    lock_take();
    u32 result = start(target, entry, context);
    lock_drop();
    return result;
}

static bool others_on(const struct vcpu* vcpu) {
    for (u32 i = 0; i < vcpu->vm->vcpu_count; i++)
        if (i != vcpu->id && vcpu->vm->vcpu[i].state != VCPU_OFF) return true;
    return false;
}

// The last processor takes its machine with it. Another one may be started again at once: there is no return.
static NORETURN void cpu_off(struct vcpu* vcpu) {
    lock_take();
    bool others = others_on(vcpu);
    if (others) vcpu_off(vcpu);
    lock_drop();
    if (others) hyp_enter_guest();
    vm_stop(vcpu->vm);
}

static u32 affinity_info(struct vm* vm, u32 affinity, u32 level) {
    const struct vcpu* target = processor(vm, affinity);
    if (!target || level > 0) return (u32)PSCI_INVALID_PARAMETERS;
    return target->state == VCPU_OFF ? AFFINITY_OFF : AFFINITY_ON;
}

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
    const u32* argument = &vcpu->r[1];
    switch (function) {
    case PSCI_VERSION: return PSCI_VERSION_1_0;
    case PSCI_FEATURES: return features(argument[0]);
    case PSCI_CPU_ON: return cpu_on(vcpu->vm, argument[0], argument[1], argument[2]);
    case PSCI_AFFINITY_INFO: return affinity_info(vcpu->vm, argument[0], argument[1]);
    case PSCI_MIGRATE_INFO_TYPE: return PSCI_TOS_NOT_PRESENT;
    case PSCI_CPU_SUSPEND:
        sched_wait();  // every state is standby
        return PSCI_SUCCESS;
    case PSCI_SYSTEM_RESET: print("pure: machine '%s' asked for a reset\n", vcpu->vm->name); vm_stop(vcpu->vm);
    case PSCI_CPU_OFF: cpu_off(vcpu);
    case PSCI_SYSTEM_OFF: vm_stop(vcpu->vm);
    default: return (u32)PSCI_NOT_SUPPORTED;
    }
}
