// SPDX-License-Identifier: Apache-2.0
#include "devices/console.h"
#include "devices/distributor.h"
#include "exits/exits.h"
#include "exits/psci_guest.h"
#include "hypercall.h"
#include "vcpu/lock.h"
#include "vcpu/sched.h"
#include "vcpu/vcpu.h"

typedef u32 (*hypercall)(struct vcpu* vcpu);

static u32 null(struct vcpu* vcpu) {
    (void)vcpu;
    return 0;
}

static u32 yield(struct vcpu* vcpu) {
    (void)vcpu;
    sched_yield();
    return 0;
}

static u32 putc(struct vcpu* vcpu) {
    lock_take();
    console_putc(vcpu->vm, (char)vcpu->r[1]);
    lock_drop();
    return 0;
}

static u32 vm_id(struct vcpu* vcpu) { return vcpu->vm->id; }

static u32 vm_number(struct vcpu* vcpu) {
    (void)vcpu;
    return vm_count;
}

static u32 raise(struct vcpu* vcpu) {
    u32 target = vcpu->r[1], irq = vcpu->r[2];
    if (target >= vm_count || irq < 32 || irq >= VGIC_IRQS || !vms[target].on ||
        (vms[target].vcpu[0].vgic.forwarded[irq / 32] & 1u << (irq & 31)))
        return (u32)HYPERCALL_INVALID;
    distributor_raise(&vms[target], irq);
    return 0;
}

static const hypercall hypercall_table[HYPERCALL_COUNT] = {
    [HYPERCALL_NULL] = null,   [HYPERCALL_YIELD] = yield,        [HYPERCALL_PUTC] = putc,
    [HYPERCALL_VM_ID] = vm_id, [HYPERCALL_VM_COUNT] = vm_number, [HYPERCALL_RAISE] = raise,
};

static u32 call(struct vcpu* vcpu) {
    u32 function = vcpu->r[0];
    if (likely(function < HYPERCALL_COUNT)) return hypercall_table[function](vcpu);
    return psci_call(vcpu, function);
}

// The return address is already the next instruction. The result goes to the caller, whoever runs by then.
void exit_hvc(struct vcpu* vcpu, u32 hsr) {
    u32 result = (hsr & 0xffff) == 0 ? call(vcpu) : (u32)HYPERCALL_UNKNOWN;
    vcpu->r[0] = result;
}

// Secure monitor calls are answered as if they were hypercalls: firmware of the guest's own it does not have.
void exit_smc(struct vcpu* vcpu, u32 hsr) {
    bool holds = vcpu_condition_holds(vcpu, hsr);
    vcpu_skip(vcpu, 4);
    if (holds) vcpu->r[0] = psci_call(vcpu, vcpu->r[0]);
}
