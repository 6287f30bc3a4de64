// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "types.h"

// One page: the second-level table of the user's MiB, then the 32 first-level entries that TTBCR.N = 7 leaves to TTBR0.
struct space {
    u32* table;
    u32 asid;
};

struct trapframe;
// The whole of the user's registers is in the frame.
static inline void hal_frame_load(struct trapframe* frame) { (void)frame; }
static inline void hal_frame_store(const struct trapframe* frame) { (void)frame; }
