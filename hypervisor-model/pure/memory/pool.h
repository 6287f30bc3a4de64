// SPDX-License-Identifier: Apache-2.0
// Pages for guests: memory, stage-2 tables. A page is scrubbed when it enters the pool, not when it leaves, so that a
// stage-2 fault takes a ready page. Of a large memory the rest waits as it is; a fault scrubs its page when the ready
// ones are used up.
#pragma once
#include "types.h"

// The pages of [start, end) may be used.
void pool_add(u32 start, u32 end);
// Scrub up to this many of them.
void pool_make_ready(u32 pages);
void* pool_take(void);  // a zeroed page, or NULL
void pool_give(void* page);
