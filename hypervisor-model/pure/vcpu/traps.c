// SPDX-License-Identifier: Apache-2.0
#include "vcpu/traps.h"

const struct traps traps = {.hcr = HCR_APART | HCR_OPTIONAL, .hstr = HSTR_APART};
