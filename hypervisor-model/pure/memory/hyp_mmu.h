// SPDX-License-Identifier: Apache-2.0
// The hypervisor's own translation: flat, long descriptors, write and execute apart.
#pragma once

void hyp_mmu_make(void);
void hyp_mmu_on(void);  // the calling processor's; uses no memory before it is on
