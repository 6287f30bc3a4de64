// SPDX-License-Identifier: Apache-2.0
// Virtual memory controls, TLB and cache maintenance, where those trap: done for the guest, in the registers
// themselves. False: it is another register.
#pragma once
#include "vcpu/vcpu.h"

bool vm_control_access(struct vcpu* vcpu, u32 hsr);
bool vm_control_access_64(struct vcpu* vcpu, u32 hsr);  // MCRR/MRRC
