@ SPDX-License-Identifier: Apache-2.0
@ What qemu-arm is to a program, on a bare machine: write and exit for User mode. Starts in Supervisor mode.
        .syntax unified
        .arch armv7ve
        .fpu neon-vfpv4
        .arm

        .set    MODE_USR, 0x10
        .set    MODE_ABT, 0x17
        .set    MODE_UND, 0x1b
        .set    MODE_SVC, 0x13
        .set    SYS_EXIT, 1             @ Linux
        .set    SYS_WRITE, 4
        .set    SEMIHOSTING, 0x123456
        .set    SH_OPEN, 0x01           @ semihosting
        .set    SH_WRITE0, 0x04
        .set    SH_WRITE, 0x05
        .set    SH_EXIT_EXTENDED, 0x20
        .set    APPLICATION_EXIT, 0x20026

        .macro address reg, symbol
        movw    \reg, #:lower16:\symbol
        movt    \reg, #:upper16:\symbol
        .endm

        .section .bare.text, "ax", %progbits
        .global bare_start
        .type bare_start, %function
bare_start:
        cpsid   aif
        cps     #MODE_ABT
        address sp, bare_stack
        cps     #MODE_UND
        address sp, bare_stack
        cps     #MODE_SVC
        address sp, bare_stack
        address r0, bare_vectors
        mcr     p15, 0, r0, c12, c0, 0  @ VBAR
        bl      bare_mmu_enable
        mrc     p15, 0, r0, c1, c0, 2   @ CPACR: VFP and NEON for User mode too
        orr     r0, r0, #(0xf << 20)
        mcr     p15, 0, r0, c1, c0, 2
        isb
        mov     r0, #(1 << 30)
        vmsr    fpexc, r0
        mov     r0, #SH_OPEN
        address r1, bare_console
        svc     #SEMIHOSTING
        str     r0, [r1]                @ the handle takes the place of the name
        mov     r0, #MODE_USR
        msr     spsr_cxsf, r0
        address lr, user_enter
        movs    pc, lr
        .size bare_start, . - bare_start

        .balign 32
bare_vectors:
        b       .
        b       bare_undefined
        b       bare_svc
        b       bare_prefetch_abort
        b       bare_data_abort
        b       .
        b       .
        b       .

@ r7 = number, r0 to r2 = arguments. Everything but r0 is left as it was.
bare_svc:
        push    {r1, r2, r3, lr}
        cmp     r7, #SYS_WRITE
        bne     1f
        address r0, bare_console
        ldr     r0, [r0]
        push    {r0, r1, r2}            @ handle, bytes, count
        mov     r0, #SH_WRITE
        mov     r1, sp
        svc     #SEMIHOSTING
        add     sp, sp, #8
        pop     {r2}
        sub     r0, r2, r0              @ bytes written
        pop     {r1, r2, r3, lr}
        movs    pc, lr
1:      cmp     r7, #SYS_EXIT
        movne   r0, #255
bare_exit:                              @ r0 = status
        movw    r1, #:lower16:APPLICATION_EXIT
        movt    r1, #:upper16:APPLICATION_EXIT
        mov     r2, r0
        push    {r1, r2}
        mov     r0, #SH_EXIT_EXTENDED
        mov     r1, sp
        svc     #SEMIHOSTING
        b       .

        .macro fatal name, text
\name:  address r1, \name\()_text
        b       bare_fatal
\name\()_text:
        .asciz  "\text"
        .balign 4
        .endm
        fatal   bare_undefined, "-- undefined instruction in User mode\n"
        fatal   bare_prefetch_abort, "-- prefetch abort in User mode\n"
        fatal   bare_data_abort, "-- data abort in User mode\n"

@ Prints the reason and the return address.
bare_fatal:
        mov     r4, lr
        mov     r0, #SH_WRITE0
        svc     #SEMIHOSTING
        address r1, bare_digits
        add     r2, r1, #8
1:      and     r3, r4, #15
        cmp     r3, #10
        addlo   r3, r3, #'0'
        addhs   r3, r3, #('a' - 10)
        strb    r3, [r2, #-1]!
        lsr     r4, r4, #4
        cmp     r2, r1
        bne     1b
        mov     r0, #SH_WRITE0
        svc     #SEMIHOSTING
        mov     r0, #255
        b       bare_exit

        .section .bare.data, "aw", %progbits
        .balign 4
bare_console:
        .word   bare_console_name, 4, 3         @ opened for writing; length of the name
bare_console_name:
        .asciz  ":tt"
bare_digits:
        .asciz  "00000000 is the return address\n"

        .section .bare.bss, "aw", %nobits
        .balign 8
        .space  4096
bare_stack:
        .section .note.GNU-stack, "", %progbits
