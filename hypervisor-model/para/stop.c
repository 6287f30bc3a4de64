// SPDX-License-Identifier: Apache-2.0
#include "stop.h"
#include "console.h"
#include "fp.h"
#include "idle.h"
#include "irq.h"
#include "print.h"
#include "timer.h"

void vm_stop(struct vm* vm) {
    console_flush(vm);
    print("para: machine '%s' is off\n", vm->name);
    vtimer_set(vm->vcpu, NEVER);
    vm->vcpu->state = VM_OFF;
    fp_set(vm, false);
    irq_take_back(vm->vcpu);
    sched_next();
}

void vm_no_entry(struct vcpu* vcpu) {
    console_flush(vcpu->vm);
    print("para: machine '%s' stopped: exception at %x, and no entry for it\n", vcpu->vm->name, vcpu->pc);
    vm_stop(vcpu->vm);
}
