// SPDX-License-Identifier: Apache-2.0
// Accesses to registers that a guest has for itself, where the processor traps them all the same. True: it is one of
// those and was carried out.
#pragma once
#include "vcpu/vcpu.h"

static inline bool controls_access(struct vcpu* vcpu, u32 hsr);
static inline bool controls_access_64(struct vcpu* vcpu, u32 hsr);  // MCRR/MRRC

#include "exits/controls_inline.h"
