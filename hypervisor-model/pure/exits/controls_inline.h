// SPDX-License-Identifier: Apache-2.0
// HCR chooses what traps: none of them does.
#pragma once

static inline bool controls_access(struct vcpu* vcpu, u32 hsr) {
    (void)vcpu, (void)hsr;
    return false;
}

static inline bool controls_access_64(struct vcpu* vcpu, u32 hsr) {
    (void)vcpu, (void)hsr;
    return false;
}
