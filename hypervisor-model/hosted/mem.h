// SPDX-License-Identifier: Apache-2.0
// Short descriptors, ARM DDI 0406C B3.5.
#pragma once
#include "types.h"

#define MIB (1u << 20)

#define L1_TABLE 0x1u
#define L1_SECTION 0x2u
#define L1_DOMAIN(d) ((u32)(d) << 5)
#define L1_DOMAIN_MASK (0xfu << 5)
#define L1_ADDRESS 0xfffffc00u
#define SECTION_XN (1u << 4)
#define SECTION_NORMAL (1u << 12 | 3u << 2)  // write-back, write-allocate
#define SECTION_DEVICE (1u << 2)
#define SECTION_PL1 (1u << 10)

#define L2_PAGE 0x2u
#define L2_XN 0x1u
#define L2_NORMAL (1u << 6 | 3u << 2)
#define L2_PL1 (1u << 4)
#define L2_ALL (3u << 4)
#define L2_READ_ONLY (1u << 9)
#define L2_NG (1u << 11)

#define TTBR_WALK 0x09u  // inner and outer cacheable
#define TTBCR_N 2u       // TTBR0 has the first GiB, TTBR1 the host
#define L2_ENTRIES 256u
#define L2_SIZE 1024u
#define USER_L1_ENTRIES 1024u
#define USER_L1_SIZE 4096u

extern u32 host_table[4096];
