@ SPDX-License-Identifier: Apache-2.0
@ Banked registers and the VFP register file, moved as a whole by the world switch.
#include "machine/vcpu_layout.h"
        .arch armv7ve
        .arch_extension virt
        .fpu neon-vfpv4
        .syntax unified
        .arm
        .text

        .macro function name
        .section .text.\name, "ax", %progbits
        .global \name
        .type \name, %function
\name:
        .endm

        .macro save_bank mode, offset
        mrs     r1, sp_\mode
        mrs     r2, lr_\mode
        mrs     r3, spsr_\mode
        add     ip, r0, #\offset
        stmia   ip, {r1, r2, r3}
        .endm

        .macro restore_bank mode, offset
        add     ip, r0, #\offset
        ldmia   ip, {r1, r2, r3}
        msr     sp_\mode, r1
        msr     lr_\mode, r2
        msr     spsr_\mode, r3
        .endm

        function banked_save
        mrs     r1, sp_usr
        str     r1, [r0, #BANKED_USR]
        save_bank svc, BANKED_SVC
        save_bank abt, BANKED_ABT
        save_bank und, BANKED_UND
        save_bank irq, BANKED_IRQ
        save_bank fiq, BANKED_FIQ
        add     ip, r0, #(BANKED_FIQ + 12)
        push    {r4, r5}
        mrs     r1, r8_fiq
        mrs     r2, r9_fiq
        mrs     r3, r10_fiq
        mrs     r4, r11_fiq
        mrs     r5, r12_fiq
        stmia   ip, {r1-r5}
        pop     {r4, r5}
        bx      lr
        .size banked_save, . - banked_save

        function banked_restore
        ldr     r1, [r0, #BANKED_USR]
        msr     sp_usr, r1
        restore_bank svc, BANKED_SVC
        restore_bank abt, BANKED_ABT
        restore_bank und, BANKED_UND
        restore_bank irq, BANKED_IRQ
        restore_bank fiq, BANKED_FIQ
        add     ip, r0, #(BANKED_FIQ + 12)
        push    {r4, r5}
        ldmia   ip, {r1-r5}
        msr     r8_fiq, r1
        msr     r9_fiq, r2
        msr     r10_fiq, r3
        msr     r11_fiq, r4
        msr     r12_fiq, r5
        pop     {r4, r5}
        bx      lr
        .size banked_restore, . - banked_restore

@ FPEXC.EN is set, and FPEXC saved already.
        function fp_save
        vmrs    r2, fpscr
        str     r2, [r0, #FP_SCR]
        vstmia  r0!, {d0-d15}
        vstmia  r0!, {d16-d31}
        bx      lr
        .size fp_save, . - fp_save

        function fp_restore
        mov     r3, r0
        vldmia  r0!, {d0-d15}
        vldmia  r0!, {d16-d31}
        ldr     r2, [r3, #FP_SCR]
        vmsr    fpscr, r2
        ldr     r1, [r3, #FP_EXC]
        vmsr    fpexc, r1
        bx      lr
        .size fp_restore, . - fp_restore
