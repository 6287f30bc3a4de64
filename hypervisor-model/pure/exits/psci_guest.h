// SPDX-License-Identifier: Apache-2.0
// Power control as machines see it.
#pragma once
#include "machine/vcpu.h"

u32 psci_call(struct vcpu* vcpu, u32 function);
