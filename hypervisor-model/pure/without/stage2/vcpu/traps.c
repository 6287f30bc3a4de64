// SPDX-License-Identifier: Apache-2.0
// What controls the guest's translation traps as well.
#include "vcpu/traps.h"

#define HSTR_TRANSLATION (1u << 1 | 1u << 2 | 1u << 3)  // c1, c2, c3: ARMv7's HCR traps no reads of them

const struct traps traps = {.hcr = HCR_APART | HCR_OPTIONAL | HCR_TTLB | HCR_TVM,
                            .hstr = HSTR_APART | HSTR_TRANSLATION};
