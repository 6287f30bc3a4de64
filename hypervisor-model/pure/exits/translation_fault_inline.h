// SPDX-License-Identifier: Apache-2.0
// The processor walked both stages: it is right.
#pragma once

static inline bool translation_data_fault(struct vcpu* vcpu, u32 va, bool write, u32* page) {
    (void)vcpu, (void)va, (void)write, (void)page;
    return false;
}

static inline bool translation_fetch_fault(struct vcpu* vcpu, u32* page) {
    (void)vcpu, (void)page;
    return false;
}
