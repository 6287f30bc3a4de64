// SPDX-License-Identifier: Apache-2.0
// What traps to Hyp mode while a guest runs.
#pragma once
#include "types.h"

// HCR, ARM DDI 0406C B4.1.65
#define HCR_VM (1u << 0)
#define HCR_SWIO (1u << 1)  // set/way invalidation also cleans
#define HCR_PTW (1u << 2)   // a guest's table walk may not go to a device
#define HCR_FMO (1u << 3)
#define HCR_IMO (1u << 4)
#define HCR_AMO (1u << 5)
#define HCR_FB (1u << 9)
#define HCR_BSU_INNER (1u << 10)
#define HCR_TWI (1u << 13)
#define HCR_TWE (1u << 14)
#define HCR_TID0 (1u << 15)  // Jazelle and FPSID identification
#define HCR_TID1 (1u << 16)
#define HCR_TID2 (1u << 17)  // cache identification
#define HCR_TID3 (1u << 18)  // detailed feature registers
#define HCR_TSC (1u << 19)
#define HCR_TIDCP (1u << 20)  // implementation-defined CP15
#define HCR_TAC (1u << 21)
#define HCR_TSW (1u << 22)   // cache maintenance by set and way
#define HCR_TTLB (1u << 25)  // TLB maintenance
#define HCR_TVM (1u << 26)   // writes to virtual memory controls

// What keeps machines apart, and what does not but is wanted: waiting, and identification.
#define HCR_APART \
    (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER | HCR_TSC | HCR_TIDCP)
#define HCR_OPTIONAL (HCR_TWI | HCR_TID0 | HCR_TID1 | HCR_TID3 | HCR_TAC)

#define HSTR_TTEE (1u << 16)
#define HSTR_TJDBX (1u << 17)
#define HSTR_APART (HSTR_TTEE | HSTR_TJDBX)

extern const struct traps { u32 hcr, hstr; } traps;
