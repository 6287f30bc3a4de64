@ SPDX-License-Identifier: Apache-2.0
@ First instructions of a program in User mode: every register a program can see has a known value.
        .syntax unified
        .arch armv7ve
        .fpu neon-vfpv4
        .arm
        .section .text.enter, "ax", %progbits
        .global user_enter
        .type user_enter, %function
user_enter:
        movw    sp, #:lower16:user_stack_top
        movt    sp, #:upper16:user_stack_top
        mov     r0, #0
        vmsr    fpscr, r0
        msr     cpsr_fs, r0
        .irp    n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        vmov.i32 q\n, #0
        .endr
        .irp    n, 1,2,3,4,5,6,7,8,9,10,11,12
        mov     r\n, #0
        .endr
        movw    lr, #:lower16:user_main
        movt    lr, #:upper16:user_main
        bx      lr
        .size user_enter, . - user_enter

        .section .note.GNU-stack, "", %progbits
