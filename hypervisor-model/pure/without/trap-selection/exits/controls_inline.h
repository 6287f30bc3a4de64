// SPDX-License-Identifier: Apache-2.0
// All classes trap.
#pragma once
#include "without/exits/vm_control.h"

static inline bool controls_access(struct vcpu* vcpu, u32 hsr) { return vm_control_access(vcpu, hsr); }
static inline bool controls_access_64(struct vcpu* vcpu, u32 hsr) { return vm_control_access_64(vcpu, hsr); }
