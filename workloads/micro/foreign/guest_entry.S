/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's vectors and what enters its program. */
#include "asm.S"
#include "psr.h"
        .arch_extension virt
        .arch_extension sec

        .text
function guest_start
        address r1, guest_vectors
        mcr     p15, 0, r1, c12, c0, 0
        isb
        bl      guest_main
        b       .
endfunction guest_start

function guest_call
        hvc     #0
        bx      lr
endfunction guest_call

function guest_program
        push    {r4-r12, lr}
        mov     r0, #MODE_USR
        msr     spsr_cxsf, r0
        address lr, guest_user
        movs    pc, lr
endfunction guest_program

function guest_user
        mov     r4, #3
        mov     r7, #0
1:      svc     #0
        subs    r4, r4, #1
        bne     1b
        mov     r7, #1
        svc     #0
endfunction guest_user

function guest_svc
        cmp     r7, #1
        movsne  pc, lr
        pop     {r4-r12, pc}                    @ the program has ended: back in guest_program's caller
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
