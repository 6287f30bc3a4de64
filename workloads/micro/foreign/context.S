/* SPDX-License-Identifier: Apache-2.0 */
/* Included: contexts are loaded and saved. */
#include "context.h"

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
