// SPDX-License-Identifier: Apache-2.0
// All classes that HCR can trap selectively do.
#include "vcpu/traps.h"

const struct traps traps = {.hcr = HCR_APART | HCR_OPTIONAL | HCR_TWE | HCR_TID2 | HCR_TSW | HCR_TTLB | HCR_TVM,
                            .hstr = HSTR_APART};
