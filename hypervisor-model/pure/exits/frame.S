@ SPDX-License-Identifier: Apache-2.0
@ To be included. The frame of an exit, in struct vcpu, and the way back.
#include "asm.S"
#include "machine/vcpu_layout.h"
        .arch armv7ve
        .arch_extension virt
#include "exits/privileged_state.S"

        .macro save_frame
        stmia   sp, {r0-r12, lr}        @ Hyp mode has no LR of its own: this is LR_usr
        mrs     r4, elr_hyp
        mrs     r5, spsr
        strd    r4, r5, [sp, #VCPU_PC]
        mov     r0, sp
        ldr     sp, [sp, #VCPU_STACK]
        privileged_out
        .endm

@ Handlers may have changed who runs here: what leaves need not be what came in.
        .macro restore_frame
        privileged_in
        ldr     sp, [sp, #(CPU_RUNNING - CPU_STACK_TOP)]
        ldrd    r4, r5, [sp, #VCPU_PC]
        msr     elr_hyp, r4
        msr     spsr_cxsf, r5
        ldmia   sp, {r0-r12, lr}
        eret
        .endm
