/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of what runs below Hyp mode, a guest's processor or a process: words at these offsets. r0 to r12 come
   first. Shared by C and assembly. */
#pragma once

#define CONTEXT_LR_USR 52
#define CONTEXT_SP_USR 56
#define CONTEXT_SP_SVC 60
#define CONTEXT_LR_SVC 64
#define CONTEXT_SPSR_SVC 68
#define CONTEXT_PC 72
#define CONTEXT_PSR 76
#define CONTEXT_VBAR 80
#define CONTEXT_VTTBR 84 /* two words */
#define CONTEXT_HCR 92
#define CONTEXT_EXIT 96 /* HSR, or all ones: an interrupt */
#define CONTEXT_HPFAR 100
#define CONTEXT_VMPIDR 104

#ifndef __ASSEMBLER__
#include "types.h"

struct context {
    u32 r[13], lr_usr, sp_usr, sp_svc, lr_svc, spsr_svc, pc, psr, vbar, vttbr[2], hcr, exit, hpfar, vmpidr;
};
#endif
