// SPDX-License-Identifier: Apache-2.0
// The hypervisor's own translation: flat, long descriptors, write and execute apart.
#pragma once
#include "types.h"

void hyp_mmu_enable(void);
