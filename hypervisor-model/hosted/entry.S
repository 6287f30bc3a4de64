@ SPDX-License-Identifier: Apache-2.0
@ Every way into the host kernel and the one way out. SP_svc points behind the frame of whoever runs: pc and psr get
@ there by SRS, the rest by one store. C runs on one stack, from its top each time; nothing of it survives an entry.
#include "layout.h"
#include "psr.h"
        .arch armv7-a
        .syntax unified
        .arm

        .macro function name
        .global \name
        .type \name, %function
\name:
        .endm
        .macro endfunction name
        .size \name, . - \name
        .endm
        .macro address reg, symbol
        movw    \reg, #:lower16:\symbol
        movt    \reg, #:upper16:\symbol
        .endm

        .section .text.entry, "ax", %progbits
        .balign 32
        function host_vectors
        b       .                       @ 00 reset: not used
        b       trap_undefined          @ 04
        b       trap_svc                @ 08
        b       trap_prefetch           @ 0c
        b       trap_data               @ 10
        b       .                       @ 14 not used
        b       trap_interrupt          @ 18
        b       trap_interrupt          @ 1c
        endfunction host_vectors

        .macro  save_rest trap
        sub     lr, sp, #FRAME_SIZE
        stmia   lr, {r0-lr}^
        mov     r1, #\trap
        .endm

@ The banked stack pointer of the abort modes is a scratch register.
        .macro  from_user trap
        mrs     sp, spsr
        tst     sp, #0xf                @ User mode is the only one with these bits clear
        movne   r0, #\trap
        bne     host_fault
        .endm

        function trap_undefined
        from_user TRAP_UNDEFINED
        tst     sp, #PSR_T
        subeq   lr, lr, #4
        subne   lr, lr, #2
        srsdb   sp, #MODE_SVC
        cps     #MODE_SVC
        save_rest TRAP_UNDEFINED
        b       trap_common
        endfunction trap_undefined

        function trap_prefetch
        from_user TRAP_PREFETCH
        sub     lr, lr, #4
        srsdb   sp, #MODE_SVC
        cps     #MODE_SVC
        save_rest TRAP_PREFETCH
        b       trap_common
        endfunction trap_prefetch

        function trap_data
        from_user TRAP_DATA
        sub     lr, lr, #8
        srsdb   sp, #MODE_SVC
        cps     #MODE_SVC
        save_rest TRAP_DATA
        b       trap_common
        endfunction trap_data

        function trap_svc
        srsdb   sp, #MODE_SVC
        save_rest TRAP_SVC
        endfunction trap_svc

        function trap_common
        clrex
        address sp, host_stack_top
        mov     r0, r1
        bl      host_trap               @ host_trap(trap): whose frame goes on
        endfunction trap_common

        function host_resume
        add     sp, r0, #FRAME_SIZE
        mov     lr, r0
        ldmia   lr, {r0-lr}^
        nop                             @ banked registers were loaded (ARM DDI 0406C B9.3.6)
        rfedb   sp
        endfunction host_resume

@ No interrupt is enabled anywhere: one that comes is a fault of the host.
        function trap_interrupt
        sub     lr, lr, #4
        mrs     sp, spsr
        mov     r0, #0
        endfunction trap_interrupt

@ host_panic(trap, pc, psr)
        function host_fault
        mov     r1, lr
        mov     r2, sp
        cps     #MODE_SVC
        address sp, host_stack_top
        b       host_panic
        endfunction host_fault
