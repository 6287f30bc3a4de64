@ SPDX-License-Identifier: Apache-2.0
@ boot_exit_failed(): tells a simulator that listens that the program ends with code 1 ("Semihosting for AArch32 and
@ AArch64", SYS_EXIT_EXTENDED). Elsewhere the call is an exception, whose vector returns to the caller. At PL1 that
@ takes LR_svc, so the return address is kept in r12.
#include "asm.S"
        .arch_extension virt

        .set    SYS_EXIT_EXTENDED, 0x20
        .set    ADP_STOPPED_APPLICATION_EXIT, 0x20026
        .set    PSR_MODE, 0x1f
        .set    MODE_HYP, 0x1a

        function boot_exit_failed
        mov     r12, lr
        address r3, fail_vectors
        mrs     r2, cpsr
        and     r2, r2, #PSR_MODE
        cmp     r2, #MODE_HYP
        mcreq   p15, 4, r3, c12, c0, 0  @ HVBAR
        mcrne   p15, 0, r3, c12, c0, 0  @ VBAR
        isb
        mov     r0, #SYS_EXIT_EXTENDED
        address r1, fail_block
        svc     #0x123456
        bx      r12
        endfunction boot_exit_failed

        .align  5
fail_vectors:
        .rept   8
        bx      r12
        .endr

        .section .rodata
        .align  2
fail_block:
        .word   ADP_STOPPED_APPLICATION_EXIT, 1
