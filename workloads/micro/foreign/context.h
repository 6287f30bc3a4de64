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
#define CONTEXT_EXIT 96  /* HSR, or all ones: an interrupt */
#define CONTEXT_HPFAR 100
#define CONTEXT_VMPIDR 104

#ifndef __ASSEMBLER__
#include "types.h"

struct context {
    u32 r[13], lr_usr, sp_usr, sp_svc, lr_svc, spsr_svc, pc, psr, vbar, vttbr[2], hcr, exit, hpfar, vmpidr;
};
#else
        .arch_extension virt

/* The context at r0 becomes that of the levels below; r0 to r12 and lr are its own then. */
        .macro  load_context
        ldr     r1, [r0, #CONTEXT_SP_USR]
        msr     SP_usr, r1
        ldr     r1, [r0, #CONTEXT_SP_SVC]
        msr     SP_svc, r1
        ldr     r1, [r0, #CONTEXT_LR_SVC]
        msr     LR_svc, r1
        ldr     r1, [r0, #CONTEXT_SPSR_SVC]
        msr     SPSR_svc, r1
        ldr     r1, [r0, #CONTEXT_PC]
        msr     ELR_hyp, r1
        ldr     r1, [r0, #CONTEXT_PSR]
        msr     SPSR_cxsf, r1
        ldr     r1, [r0, #CONTEXT_VBAR]
        mcr     p15, 0, r1, c12, c0, 0
        ldrd    r2, r3, [r0, #CONTEXT_VTTBR]
        mcrr    p15, 6, r2, r3, c2
        ldr     r1, [r0, #CONTEXT_VMPIDR]
        mcr     p15, 4, r1, c0, c0, 5
        ldr     r1, [r0, #CONTEXT_HCR]
        mcr     p15, 4, r1, c1, c1, 0
        isb
        ldr     lr, [r0, #CONTEXT_LR_USR]
        add     r1, r0, #8
        ldm     r1, {r2-r12}
        ldrd    r0, r1, [r0]
        .endm

/* The other way, to the context at r0; its own r0 and r1 are on the stack. */
        .macro  save_context
        add     r1, r0, #8
        stm     r1, {r2-r12}
        str     lr, [r0, #CONTEXT_LR_USR]
        pop     {r2, r3}
        strd    r2, r3, [r0]
        mrs     r1, SP_usr
        str     r1, [r0, #CONTEXT_SP_USR]
        mrs     r1, SP_svc
        str     r1, [r0, #CONTEXT_SP_SVC]
        mrs     r1, LR_svc
        str     r1, [r0, #CONTEXT_LR_SVC]
        mrs     r1, SPSR_svc
        str     r1, [r0, #CONTEXT_SPSR_SVC]
        mrs     r1, ELR_hyp
        str     r1, [r0, #CONTEXT_PC]
        mrs     r1, SPSR
        str     r1, [r0, #CONTEXT_PSR]
        mrc     p15, 0, r1, c12, c0, 0
        str     r1, [r0, #CONTEXT_VBAR]
        .endm
#endif
