// SPDX-License-Identifier: Apache-2.0
// Only what keeps machines apart.
#include "vcpu/traps.h"

const struct traps traps = {.hcr = HCR_APART, .hstr = HSTR_APART};
