// SPDX-License-Identifier: Apache-2.0
// Trapped accesses to coprocessor registers: field layout of ISS for MCR/MRC, ARM DDI 0406C B3.13.6.
#pragma once
#include "machine/vcpu.h"

#define ISS_IS_READ (1u << 0)
#define ISS_RT(iss) ((iss) >> 5 & 15)
#define ISS_KEY 0x000ffc1eu  // opc2, opc1, CRn, CRm in place
#define KEY(opc1, crn, crm, opc2) ((u32)(opc2) << 17 | (u32)(opc1) << 14 | (u32)(crn) << 10 | (u32)(crm) << 1)
