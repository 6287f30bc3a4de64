// SPDX-License-Identifier: Apache-2.0
// Exceptions the hypervisor makes a guest take, as the processor would have.
#pragma once
#include "machine/vcpu.h"

void inject_undefined(struct vcpu* vcpu);
// An external abort at a virtual address: there is nothing at the guest's physical address.
void inject_data_abort(struct vcpu* vcpu, u32 address, bool write);
void inject_prefetch_abort(struct vcpu* vcpu, u32 address);
// Any fault, by its status as DFSR and IFSR have it.
void inject_data_fault(struct vcpu* vcpu, u32 address, u32 status);
void inject_prefetch_fault(struct vcpu* vcpu, u32 address, u32 status);
