// SPDX-License-Identifier: Apache-2.0
// Pages for guests: memory, stage-2 tables. A page is scrubbed when it enters the pool, not when it leaves, so that a
// stage-2 fault takes a ready page.
#pragma once
#include "types.h"

// Scrub and add the pages of [start, end); at most `limit` of them. Returns how many were added.
u32 pool_add(u32 start, u32 end, u32 limit);
void* pool_take(void);  // a zeroed page, or NULL
void pool_give(void* page);
