// SPDX-License-Identifier: Apache-2.0
// The processor walked shadow tables: perhaps only they lack the page.
#pragma once
#include "cp15.h"
#include "exits/shadow.h"

static inline bool translation_data_fault(struct vcpu* vcpu, u32 va, bool write, u32* page) {
    return shadow_fault(vcpu, va, write, false, page);
}

static inline bool translation_fetch_fault(struct vcpu* vcpu, u32* page) {
    return shadow_fault(vcpu, hifar_read(), false, true, page);
}
