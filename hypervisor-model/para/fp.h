// SPDX-License-Identifier: Apache-2.0
// VFP and Advanced SIMD registers: exchanged at the first use after a world switch, not by it.
#pragma once
#include "vm.h"

void fp_init(void);
void fp_switch(const struct vm* next);
// After an undefined instruction: true when the registers were another machine's and are now the current one's.
bool fp_take(void);
// The current machine wants them to work, or to be undefined.
void fp_set(struct vm* vm, bool on);
