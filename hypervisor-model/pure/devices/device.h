// SPDX-License-Identifier: Apache-2.0
// Emulated devices: what a machine's description may ask for, and its distributor.
#pragma once
#include "machine/vm.h"

bool uart_access(struct vcpu* vcpu, struct device* device, struct access* access);
bool counter_access(struct vcpu* vcpu, struct device* device, struct access* access);
bool gicd_access(struct vcpu* vcpu, struct device* device, struct access* access);

struct device* vm_device_at(struct vm* vm, u32 ipa);

// Narrow accesses to registers of 32 bits: the bytes an access reads out of, or merges into, a register.
u32 access_extract(const struct access* access, u32 reg);
u32 access_merge(const struct access* access, u32 reg);
