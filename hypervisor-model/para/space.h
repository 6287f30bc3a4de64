// SPDX-License-Identifier: Apache-2.0
// Address spaces: the user half under TTBR0, one table for each, told apart by ASID.
#pragma once
#include "vm.h"

#define SPACES_MAX 255u  // ASIDs other than 0, of all machines together

// The machine's tables and the empty space. False when memory or ASIDs run out.
bool space_setup(struct vm* vm, u32 spaces, u32 tables);
u32 space_create(struct vm* vm);
u32 space_destroy(struct vm* vm, u32 space);
u32 space_map(struct vm* vm, u32 space, u32 list, u32 count, bool unmap);
// A page or device page for the guest kernel, at its creation.
bool space_map_fixed(struct vm* vm, u32 va, u32 pa, bool device);
