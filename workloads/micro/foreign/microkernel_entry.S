/* SPDX-License-Identifier: Apache-2.0 */
/* A microkernel resident in Hyp mode: every entry saves a context, every return loads one. */
#include "asm.S"
#include "context.S"
#include "psr.h"

#define CALL_WAIT 2

        .section .text.start, "ax"
function _start
        address sp, kernel_stack_end
        address r0, kernel_vectors
        mcr     p15, 4, r0, c12, c0, 0          @ HVBAR
        movw    r0, #0x0040
        movt    r0, #0x8000
        mcr     p15, 4, r0, c2, c1, 2           @ VTCR
        isb
        bl      kernel_main
        b       kernel_leave
endfunction _start

        .text
        .balign 32
function kernel_vectors
        b       .
        b       .
        b       .
        b       .
        b       .
        b       kernel_trap
        b       kernel_irq
        b       .
endfunction kernel_vectors

function kernel_trap
        push    {r0, r1}
        mrc     p15, 4, r0, c13, c0, 2          @ HTPIDR: whose registers they are
        save_context
        bl      handle_trap
        b       kernel_leave
endfunction kernel_trap

function kernel_irq
        push    {r0, r1}
        mrc     p15, 4, r0, c13, c0, 2
        save_context
        bl      handle_interrupt
        b       kernel_leave
endfunction kernel_irq

/* To the context that r0 points to. */
function kernel_leave
        mcr     p15, 4, r0, c13, c0, 2
        load_context
        eret
endfunction kernel_leave

/* void kernel_call(u32 a0, u32 a1, u32 number), of a process */
function kernel_call
        push    {r7, lr}
        mov     r7, r2
        svc     #0
        pop     {r7, pc}
endfunction kernel_call

/* void wait_for_fault(u32 message[3]) */
function wait_for_fault
        push    {r4, r7, lr}
        mov     r4, r0
        mov     r7, #CALL_WAIT
        svc     #0
        stm     r4, {r0-r2}
        pop     {r4, r7, pc}
endfunction wait_for_fault

function undefined_instruction
        udf     #0
        bx      lr
endfunction undefined_instruction

        .bss
        .balign 8
        .space  2048
kernel_stack_end:
