@ SPDX-License-Identifier: Apache-2.0
@ Every way into the host kernel and the one way out. SP_svc points behind the frame of whoever runs: pc and psr get
@ there by SRS, the rest by one store. C runs on one stack, from its top each time; nothing of it survives an entry.
@ Interrupts are masked in the host and while a task runs: they come from guests only.
#include "asm.S"
#include "from_user.S"
#include "layout.h"

        .section .text.entry, "ax", %progbits
        .balign 32
        function pl1_vectors
        b       .                       @ 00 reset: not used
        b       trap_undefined          @ 04
        b       trap_svc                @ 08
        b       trap_prefetch           @ 0c
        b       trap_data               @ 10
        b       .                       @ 14 not used
        b       trap_interrupt          @ 18
        b       trap_interrupt          @ 1c one interrupt group: FIQ is not used
        endfunction pl1_vectors

        .macro  save_rest trap
        sub     lr, sp, #FRAME_SIZE
        stmia   lr, {r0-lr}^
        mov     r0, #\trap
        .endm

        function trap_undefined
        from_user TRAP_UNDEFINED, undefined
        save_rest TRAP_UNDEFINED
        b       trap_common
        endfunction trap_undefined

        function trap_prefetch
        from_user TRAP_PREFETCH, 4
        save_rest TRAP_PREFETCH
        b       trap_common
        endfunction trap_prefetch

        function trap_data
        from_user TRAP_DATA, 8
        save_rest TRAP_DATA
        b       trap_common
        endfunction trap_data

        function trap_interrupt
        from_user TRAP_INTERRUPT, 4
        save_rest TRAP_INTERRUPT
        b       trap_common
        endfunction trap_interrupt

        function trap_svc
        srsdb   sp, #MODE_SVC
        save_rest TRAP_SVC
        endfunction trap_svc

        function trap_common
        clrex
        address sp, pl1_stack_top
        bl      host_trap               @ host_trap(trap): whose frame goes on
        endfunction trap_common

        function host_resume
        add     sp, r0, #FRAME_SIZE
        mov     lr, r0
        ldmia   lr, {r0-lr}^
        nop                             @ banked registers were loaded (ARM DDI 0406C B9.3.6)
        rfedb   sp
        endfunction host_resume
