/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's vectors, and what enters and leaves its kernel. */
#include "asm.S"
#include "psr.h"
        .arch_extension virt
        .arch_extension sec

        .text
function guest_start
        address r1, guest_vectors
        mcr     p15, 0, r1, c12, c0, 0
        isb
        mov     r1, #MODE_USR
        msr     spsr_cxsf, r1
        address lr, guest_program
        movs    pc, lr
endfunction guest_start

function guest_call
        hvc     #0
        bx      lr
endfunction guest_call

function guest_request
        push    {r7, lr}
        mov     r7, r1
        svc     #0
        pop     {r7, pc}
endfunction guest_request

function guest_svc
        push    {r0-r3, r12, lr}
        mov     r1, r7
        bl      guest_syscall
        ldm     sp!, {r0-r3, r12, pc}^
endfunction guest_svc

        .balign 32
function guest_vectors
        b       .
        b       .
        b       guest_svc
        b       .
        b       .
        b       .
        b       .
        b       .
endfunction guest_vectors
