// SPDX-License-Identifier: Apache-2.0
// An access that found no translation. True: the guest can go on, at the access or at its own fault handler. False: it
// is one to `page` of the machine's physical space, where no memory is yet, or none at all.
#pragma once
#include "vcpu/vcpu.h"

// page: before, what the processor says.
static inline bool translation_data_fault(struct vcpu* vcpu, u32 va, bool write, u32* page);
static inline bool translation_fetch_fault(struct vcpu* vcpu, u32* page);

#include "exits/translation_fault_inline.h"
