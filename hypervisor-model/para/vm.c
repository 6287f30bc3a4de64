// SPDX-License-Identifier: Apache-2.0
#include "vm.h"

struct vm vms[VM_MAX];
u32 vm_count;
struct para_vcpu* current_page;

bool vm_raise(struct vcpu* vcpu, u32 virq) {
    shared_of(vcpu)->pending |= 1u << virq;
    if (vcpu->state != VM_WAITING || !vm_has_work(vcpu)) return false;
    vcpu->state = VM_READY;
    return true;
}
