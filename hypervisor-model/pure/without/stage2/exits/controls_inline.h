// SPDX-License-Identifier: Apache-2.0
// What controls the guest's translation traps.
#pragma once
#include "exits/shadow.h"

static inline bool controls_access(struct vcpu* vcpu, u32 hsr) { return shadow_control_access(vcpu, hsr); }

static inline bool controls_access_64(struct vcpu* vcpu, u32 hsr) {
    (void)vcpu, (void)hsr;
    return false;
}
