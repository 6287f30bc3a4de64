// SPDX-License-Identifier: Apache-2.0
// Vectors and stack of peripherals.c. Undefined instructions are counted and passed over.
        .arch armv7ve
        .arm
        .global _start, undefined_count
_start: ldr sp, =stack_end
        ldr r0, =vectors
        mcr p15, 0, r0, c12, c0, 0      @ VBAR
        isb
        bl run
        ldr r1, =0x20026                @ ADP_Stopped_ApplicationExit
        mov r0, #0x18                   @ SYS_EXIT
        svc #0x123456

        .balign 32
vectors:
        b .
        b undefined
        b .
        b .
        b .
        b .
        b .
        b .
undefined:                              @ in Undefined mode; r8 is free for it: -ffixed-r8
        ldr r8, =undefined_count
        str lr, [r8, #4]
        ldr lr, [r8]
        add lr, lr, #1
        str lr, [r8]
        ldr lr, [r8, #4]
        movs pc, lr

        .bss
        .balign 8
undefined_count: .space 8
        .space 4096
stack_end:
