// SPDX-License-Identifier: Apache-2.0
// Long-descriptor fields used by both the Hyp stage 1 and the stage 2 tables, ARM DDI 0406C B3.6.
#pragma once
#include "types.h"

typedef u64 lpae_t;

#define LPAE_ENTRIES 512
#define LPAE_VALID (1ull << 0)
#define LPAE_TABLE (3ull << 0)  // at levels 1 and 2
#define LPAE_BLOCK (1ull << 0)
#define LPAE_PAGE (3ull << 0)  // at level 3
#define LPAE_AF (1ull << 10)
#define LPAE_SH_INNER (3ull << 8)
#define LPAE_XN (1ull << 54)
#define LPAE_ADDRESS 0x000000fffffff000ull

// Stage 1: attribute index and access permissions
#define S1_ATTR(n) ((u64)(n) << 2)
#define S1_AP_HYP (1ull << 6)  // AP[1] is one in the Hyp translation regime
#define S1_READ_ONLY (1ull << 7)

// Stage 2: the attribute itself and what both privilege levels may do
#define S2_ATTR_DEVICE (1ull << 2)
#define S2_ATTR_NORMAL (15ull << 2)
#define S2_READ (1ull << 6)
#define S2_WRITE (2ull << 6)

static inline u32 lpae_index(u32 address, int level) { return address >> (12 + 9 * (3 - level)) & 511; }
