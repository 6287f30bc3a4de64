// SPDX-License-Identifier: Apache-2.0
// The guest's CPU interface where there is no virtual one (features.h): its registers trap and are emulated on the list
// registers, which lie in memory; HCR.VI tells the guest of an interrupt.
#pragma once
#include "devices/device.h"

bool cpu_interface_access(struct vcpu* vcpu, struct device* device, struct access* access);
// Set or clear HCR.VI as the running virtual processor's interrupts want it.
void cpu_interface_signal(const struct vcpu* vcpu);
void cpu_interface_silence(void);
